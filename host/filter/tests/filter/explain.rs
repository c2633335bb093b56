//! An explanation has the value of each part.

use bellpull_core::Event;
use bellpull_filter::ExplainedPart;

use super::support::{compile, facts_of, json_body, resource};

/// Expressions, each followed by a line for each of its parts, and an empty line.
const PARTS: &str = include_str!("explain/parts.txt");
const BODY: &str = r#"{"ref":"refs/heads/main","n":2,"list":[1,2],"deep":{"a":{"b":"c"}}}"#;

/// A line for each part: indented by its depth, with its value.
fn explained(source: &str) -> Vec<String> {
    let event = Event {
        kind: "push".to_owned(),
        ..Event::default()
    };
    let facts = facts_of(event, json_body(BODY));
    let filter = compile(source).expect(source);
    let parts = filter.explain(&facts, &resource());
    let line = |part: &ExplainedPart| {
        let outcome = match &part.outcome {
            None => "not evaluated".to_owned(),
            Some(Ok(value)) => value.to_string(),
            Some(Err(error)) => format!("error: {error}"),
        };
        let indent = "  ".repeat(part.depth);
        format!("{indent}{} → {outcome}", &source[part.span.clone()])
    };
    parts.iter().map(line).collect()
}

#[test]
fn every_part_is_told_in_the_order_of_the_source() {
    let mut cases = 0;
    for case in PARTS.split("\n\n") {
        let (source, expected) = case.trim_end().split_once('\n').expect("a source");
        let found = explained(source).join("\n");
        assert_eq!(found, expected, "\nfound\n{found}\nexpected\n{expected}");
        cases += 1;
    }
    assert!(cases > 5, "only {cases} cases");
}
