//! Where `req` comes from, and when it must be readable.

use bellpull_core::Event;
use bellpull_filter::EvaluationError;

use super::support::{check, compile, facts, facts_of, json_body, resource, two_changes};

#[test]
fn an_unwrapped_payload_replaces_the_body() {
    let mut accepted = two_changes();
    accepted.events[0].payload = Some(r#"{"unwrapped": true}"#.to_owned());
    check(
        &facts(accepted),
        &[("has(req.unwrapped) && !has(req.n)", true)],
    );
}

#[test]
fn a_malformed_body_is_an_error_only_if_the_filter_reads_it() {
    let facts = facts_of(Event::default(), json_body("[1]"));
    assert!(facts.check_request().is_err());
    let blind = compile("res.kind == 'Thing'").expect("a filter");
    assert!(!blind.reads_request());
    assert_eq!(blind.evaluate(&facts, &resource()), Ok(true));
    let reading = compile("res.kind == 'Thing' || has(req.a)").expect("a filter");
    assert!(reading.reads_request());
    assert!(blind.reads_resource() && reading.reads_resource());
    let neither = compile("event.kind == 'push'").expect("a filter");
    assert!(!neither.reads_request() && !neither.reads_resource());
    let outcome = reading.evaluate(&facts, &resource());
    assert!(
        matches!(outcome, Err(EvaluationError::Request(_))),
        "{outcome:?}"
    );
}
