//! `bellpull filter`: evaluates a filter without a server.

mod request;
mod targets;

use anyhow::{Context as _, Result, bail};
use bellpull_filter::{
    CelFilter, EvaluationError, EventFacts, ExplainedPart, ExpressionScope, Limits, Resource,
    reference,
};

use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{FilterArgs, LogLevel};

/// Most characters of a subexpression and of a value on a line.
const MAX_SUBEXPRESSION: usize = 72;
const MAX_VALUE: usize = 120;

pub(crate) fn run(arguments: &FilterArgs) -> Result<Exit> {
    if arguments.reference {
        output::line(
            reference(&ExpressionScope::FILTER_WITH_CLAIMS)
                .to_string()
                .trim_end(),
        )?;
        return Ok(Exit::Success);
    }
    let expression = arguments.expression.as_deref().context("no expression")?;
    OfflineSetup::run(LogLevel::OFFLINE, evaluate(arguments, expression))
}

async fn evaluate(arguments: &FilterArgs, expression: &str) -> Result<Exit> {
    let facts = request::facts(arguments).await?;
    let with_claims = facts.iter().any(EventFacts::has_claims);
    let filter = match CelFilter::compile(expression, with_claims, &Limits::default()) {
        Ok(filter) => filter,
        Err(error) => bail!("{error}"),
    };
    let targets = targets::find(arguments).await?;
    let mut exit = match targets.are_whole {
        true => Exit::Success,
        false => Exit::Failure,
    };
    let mut table = output::Table::new(&["TARGET", "VALUE"]);
    for (name, resource) in &targets.objects {
        let value = match of_any(&filter, &facts, resource) {
            Ok(value) => value.to_string(),
            Err(error) => {
                exit = Exit::Failure;
                format!("error: {error}")
            }
        };
        table.row([name.clone(), value]);
        for event in facts.iter().filter(|_| arguments.explain) {
            if facts.len() > 1 {
                table.note(&format!("  {}", event.title()));
            }
            for line in explained(&filter, event, resource) {
                table.note(&line);
            }
        }
    }
    table.print()?;
    Ok(exit)
}

/// Whether the filter selects the target for some event. If it does for none, the first error.
fn of_any(
    filter: &CelFilter,
    facts: &[EventFacts],
    resource: &Resource,
) -> Result<bool, EvaluationError> {
    let mut first = Ok(false);
    for event in facts {
        match filter.evaluate(event, resource) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => first = first.and(Err(error)),
        }
    }
    first
}

/// A line for each subexpression, indented by its depth.
fn explained(filter: &CelFilter, facts: &EventFacts, resource: &Resource) -> Vec<String> {
    let steps = filter.explain(facts, resource);
    let texts: Vec<String> = steps
        .iter()
        .map(|step| subexpression(filter.source(), step))
        .collect();
    let width = texts.iter().map(|text| text.chars().count()).max();
    let width = width.unwrap_or_default();
    let lines = steps.iter().zip(texts).map(|(step, text)| {
        let outcome = match &step.outcome {
            Some(Ok(value)) => shortened(&value.to_string(), MAX_VALUE),
            Some(Err(error)) => format!("error: {error}"),
            None => "not evaluated".to_owned(),
        };
        format!("  {text:width$}   {outcome}")
    });
    lines.collect()
}

fn subexpression(source: &str, step: &ExplainedPart) -> String {
    let text = source.get(step.span.clone()).unwrap_or_default();
    let text: Vec<&str> = text.split_whitespace().collect();
    let indent = "  ".repeat(step.depth);
    format!("{indent}{}", shortened(&text.join(" "), MAX_SUBEXPRESSION))
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
