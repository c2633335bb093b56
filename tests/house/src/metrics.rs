//! The metrics that the host registers, as its source says.

use std::collections::BTreeMap;
use std::path::Path;

use crate::tokens::{Token, of_file, text_of_literal};
use crate::{files_below, root, shown};

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    Counter,
    Gauge,
    Histogram,
}

/// Every registered metric by its name with its unit, without the suffix of its kind.
///
/// # Panics
/// When a metric is registered in another way than the others.
#[must_use]
pub fn registered() -> BTreeMap<String, MetricKind> {
    let mut metrics = BTreeMap::new();
    for file in files_below(&root().join("host")) {
        if file.extension().is_some_and(|end| end == "rs") {
            of_source(&file, &of_file(&file), &mut metrics);
        }
    }
    metrics
}

/// The names that Prometheus knows a metric by.
#[must_use]
pub fn series(name: &str, kind: MetricKind) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        MetricKind::Counter => &["_total"],
        MetricKind::Gauge => &[""],
        MetricKind::Histogram => &["_bucket", "_count", "_sum"],
    };
    let name = |suffix| format!("{name}{suffix}");
    suffixes.iter().map(name).collect()
}

fn of_source(file: &Path, tokens: &[Token], metrics: &mut BTreeMap<String, MetricKind>) {
    for (at, window) in tokens.windows(4).enumerate() {
        let [call, open, name, _] = window else {
            continue;
        };
        let registers = ["register", "register_with_unit", "encode_descriptor"];
        let is_call = registers.contains(&call.text.as_str()) && open.text == "(";
        let Some(name) = text_of_literal(&name.text).filter(|_| is_call) else {
            continue;
        };
        let arguments = arguments(&tokens[at + 2..]);
        let kind = kind(&arguments, tokens);
        let kind = kind.unwrap_or_else(|| panic!("{}: of which kind is {name}?", shown(file)));
        let unit = arguments.windows(4).find_map(|words| match words {
            ["Unit", ":", ":", "Seconds"] => Some("_seconds"),
            ["Unit", ":", ":", "Bytes"] => Some("_bytes"),
            _ => None,
        });
        metrics.insert(format!("{name}{}", unit.unwrap_or_default()), kind);
    }
}

/// The words up to the end of a call.
fn arguments(tokens: &[Token]) -> Vec<&str> {
    let mut depth = 1;
    let within = tokens.iter().take_while(|token| {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth > 0
    });
    within.map(|token| token.text.as_str()).collect()
}

/// `MetricType::Counter` of a collector, or the type of the field that is registered.
fn kind(arguments: &[&str], tokens: &[Token]) -> Option<MetricKind> {
    let told = arguments.windows(4).find_map(|words| match words {
        ["MetricType", ":", ":", kind] => kind_named(kind),
        _ => None,
    });
    told.or_else(|| {
        let field = arguments.windows(3).find_map(|words| match words {
            ["self", ".", field] => Some(*field),
            _ => None,
        })?;
        let declared = tokens
            .windows(2)
            .position(|pair| pair[0].text == field && pair[1].text == ":")?;
        let types = tokens[declared..].iter();
        types.take(32).find_map(|token| kind_named(&token.text))
    })
}

fn kind_named(name: &str) -> Option<MetricKind> {
    match name {
        "Counter" => Some(MetricKind::Counter),
        "Gauge" => Some(MetricKind::Gauge),
        "Histogram" | "TracedHistogram" => Some(MetricKind::Histogram),
        _ => None,
    }
}
