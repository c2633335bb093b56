//! Expressions have the same result as in Flux. The rows were recorded from Flux's own code.

use bellpull_core::Event;
use bellpull_filter::{EventFacts, Resource};
use serde_json::Value;

use super::support::{compile, facts_of, json_body};

const ROWS: &str = include_str!("../flux/rows.txt");
const REQ: &str = include_str!("../flux/req.json");
const RES: &str = include_str!("../flux/res.json");

/// Intended differences from Flux: the expression, Flux's outcome, ours.
const DIFFERENT: &[(&str, &str, &str)] = &[
    // Flux's maps take any key here, and a key of bytes crashes the controller.
    ("{1.5: 'a'} == {}", "false", "fails: unsupported key type"),
    ("{null: 1} == {}", "false", "fails: unsupported key type"),
    // The precision decides how large the text becomes.
    (
        "'%.101f'.format([1.0]) == 'a'",
        "false",
        "refused: could not parse formatting clause: error while parsing precision: precision 101 \
         exceeds maximum allowed precision 100",
    ),
    // There are no messages of protocol buffers.
    (
        "google.protobuf.Int64Value{value: 1} == 1",
        "true",
        "refused: undeclared reference to 'google.protobuf.Int64Value'",
    ),
    (
        "double('1e400') > 1.0",
        "refused: type conversion error from 'string' to 'double'",
        "true",
    ),
    ("req.?s.x.hasValue()", "false", "fails: no such key: x"),
];

fn facts() -> EventFacts {
    facts_of(Event::default(), json_body(REQ))
}

fn resource() -> Resource {
    let resource: Value = serde_json::from_str(RES).expect("JSON");
    let text = |name: &str| resource.get(name).and_then(Value::as_str).expect("a text");
    let metadata = resource.get("metadata").expect("metadata");
    Resource::new(text("apiVersion"), text("kind"), metadata)
}

/// In the form of the rows.
fn outcome(expression: &str, facts: &EventFacts, resource: &Resource) -> String {
    let filter = match compile(expression) {
        Ok(filter) => filter,
        Err(error) => {
            let problem = error.problems.first().expect("a problem");
            let message = problem.message.split(" (did you mean").next();
            return format!("refused: {}", message.expect("a message"));
        }
    };
    match filter.evaluate(facts, resource) {
        Ok(truth) => truth.to_string(),
        Err(error) => format!("fails: {error}"),
    }
}

#[test]
fn expressions_have_the_same_result_as_in_flux() {
    let (facts, resource) = (facts(), resource());
    let mut rows = 0;
    let mut wrong = Vec::new();
    for row in ROWS.lines().filter(|row| !row.starts_with('#')) {
        let (expected, expression) = row.split_once('\t').expect("an outcome and an expression");
        let found = outcome(expression, &facts, &resource);
        let kind = found.split(':').next();
        if found != expected && kind != Some(expected) {
            wrong.push(format!(
                "{expression}\n  expected {expected}\n  found    {found}"
            ));
        }
        rows += 1;
    }
    assert!(rows > 200, "only {rows} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn differences_from_flux_are_the_known_ones() {
    let (facts, resource) = (facts(), resource());
    for (expression, flux, ours) in DIFFERENT {
        assert_ne!(flux, ours, "{expression}");
        assert_eq!(
            outcome(expression, &facts, &resource),
            *ours,
            "{expression}"
        );
    }
}
