//! What `req` is made of, and when it must be readable.

use bellpull_core::Event;
use bellpull_filter::EvaluationError;

use super::support::{check, compile, facts, facts_of, json_body, resource, two_changes};

#[test]
fn what_the_provider_unwrapped_stands_in_for_the_body() {
    let mut accepted = two_changes();
    accepted.events[0].payload = Some(r#"{"unwrapped": true}"#.to_owned());
    check(
        &facts(accepted),
        &[("has(req.unwrapped) && !has(req.n)", true)],
    );
}

#[test]
fn only_a_filter_that_reads_the_request_minds_a_malformed_one() {
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
