use bellpull_admin::api::{ExplainedEvent, Filtered, FilteredTarget, PartView};
use maud::{Markup, html};

use crate::text;

/// Targets whose parts are in sight at once.
const OPEN: usize = 1;

/// The value of a filter for each target, with how it comes about.
pub(super) fn shown(filtered: &Filtered) -> Markup {
    let selected = filtered.targets.iter();
    let selected = selected.filter(|target| target.value == Some(true)).count();
    html! {
        h2 { (selected) " of " (filtered.targets.len()) " targets selected" }
        @for why in &filtered.invalid { p.alert { (text::line(why)) } }
        @for (number, target) in filtered.targets.iter().enumerate() { (of_target(number, target)) }
        @if filtered.more_targets > 0 {
            p { "For " (filtered.more_targets) " targets more it was not evaluated." }
        }
        @if filtered.targets.is_empty() { p { "The Receiver references no object now." } }
    }
}

fn of_target(number: usize, target: &FilteredTarget) -> Markup {
    let (tone, value) = match (target.value, &target.error) {
        (Some(true), _) => ("done", "true"),
        (Some(false), _) => ("ignored", "false"),
        (None, _) => ("failed", "error"),
    };
    html! {
        details.tried open[number < OPEN] {
            summary { span class={ "badge " (tone) } { (value) } " " code { (text::line(&target.target)) } }
            @if let Some(error) = &target.error { p.alert { (text::line(error)) } }
            @for event in &target.events { (of_event(&target.target, event, target.events.len() > 1)) }
        }
    }
}

fn of_event(target: &str, event: &ExplainedEvent, is_titled: bool) -> Markup {
    let label = text::line(&format!("Parts for {target}, {}", event.event));
    html! {
        @if is_titled { h3 { (text::line(&event.event)) } }
        div.wide tabindex="0" role="region" aria-label=(label) {
            table {
                thead { tr { th scope="col" { "Part" } th scope="col" { "Value" } } }
                tbody { @for part in &event.parts { (row(part)) } }
            }
        }
    }
}

fn row(part: &PartView) -> Markup {
    html! {
        tr {
            th scope="row" {
                @for _ in 0..part.depth { span.indent aria-hidden="true" { "·" } }
                code { (text::line(&part.text)) }
            }
            td {
                @match (&part.value, &part.error) {
                    (Some(value), _) => code { (text::line(value)) },
                    (None, Some(error)) => { span.badge.failed { "error" } " " (text::line(error)) }
                    (None, None) => span.quiet { "not evaluated" },
                }
            }
        }
    }
}
