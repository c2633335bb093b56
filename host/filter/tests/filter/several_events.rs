//! A filter is evaluated for each event of a delivery. All evaluations share one account of steps.

use std::sync::Arc;

use bellpull_core::{Acceptance, Event, EventSet, limits};
use bellpull_filter::{CelFilters, DeliveryVariable, EventFacts};
use bellpull_matching::{Doubt, TargetSpec};
use bellpull_ports::{Effort, FilterError, FilterResult, Filters as _, TargetObject};
use serde_json::json;

use super::support::json_body;

fn object() -> TargetObject {
    let resource = json!({"kind": "Thing", "metadata": {"name": "app"}});
    TargetObject::new(resource, TargetSpec::Unknown(Doubt::Kind))
}

fn facts(events: Vec<Event>, complete: bool) -> Vec<EventFacts> {
    let acceptance = Acceptance {
        events,
        complete,
        ..Acceptance::from(Event::default())
    };
    let request = json_body(r#"{"n": 0}"#);
    EventFacts::of_each(
        Arc::new(acceptance),
        request,
        DeliveryVariable::default(),
        Arc::default(),
    )
}

fn event(kind: &str, payload: Option<&str>) -> Event {
    Event {
        kind: kind.to_owned(),
        payload: payload.map(str::to_owned),
        ..Event::default()
    }
}

fn set(indices: &[usize]) -> EventSet {
    indices.iter().copied().collect()
}

fn said(source: &str, facts: &Vec<EventFacts>, events: EventSet, effort: Effort) -> FilterResult {
    let filters = CelFilters::default();
    let filter = filters.compile("default", source, false);
    let filter = filter.unwrap_or_else(|error| panic!("{source}: {error}"));
    filters.passes(&filter, facts, events, &object(), effort)
}

#[test]
fn each_event_is_evaluated_by_itself() {
    let events = vec![
        event("a", None),
        event("b", Some("{\"n\": 1}")),
        event("a", Some("{\"m\": 2}")),
    ];
    let facts = facts(events, false);
    let all = set(&[0, 1, 2]) | EventSet::UNLISTED;
    let unlisted = EventSet::UNLISTED;
    let cases = [
        // An event that is not listed may have any kind and payload.
        ("event.kind == 'a'", all, set(&[0, 2]) | unlisted, set(&[])),
        ("event.kind == 'a'", set(&[1, 2]), set(&[2]), set(&[])),
        ("event.kind == 'c'", all, unlisted, set(&[])),
        ("event.kind == 'c'", set(&[0, 1, 2]), set(&[]), set(&[])),
        // Events without a payload of their own have the body. A payload may lack what others have.
        ("req.n == 0", all, set(&[0]) | unlisted, set(&[2])),
        ("has(req.n)", all, set(&[0, 1]) | unlisted, set(&[])),
        // A result that is the same for every event holds for those that are not listed.
        ("res.metadata.name == 'app'", all, all, set(&[])),
        ("res.metadata.name == 'web'", all, set(&[]), set(&[])),
        ("res.metadata.labels.a == 'b'", all, set(&[]), all),
        ("delivery.method == 'GET'", all, set(&[]), set(&[])),
    ];
    for (source, asked, passing, failing) in cases {
        let said = said(source, &facts, asked, Effort::Whole);
        assert_eq!(
            (said.passing, said.failing, said.error.is_some()),
            (passing, failing, !failing.is_empty()),
            "{source} of {asked:?}"
        );
    }
}

#[test]
fn all_events_share_one_account_of_steps() {
    // More than a hundredth of the steps allowed.
    let list = format!("[{}]", vec!["1"; 100].join(","));
    let source = format!("{list}.all(a, {list}.all(b, a + b < 1000)) && event.kind != 'none'");
    let facts = facts(vec![event("a", None); limits::EVENTS], true);
    let all: EventSet = (0..limits::EVENTS).collect();
    let one = said(&source, &facts, set(&[7]), Effort::Whole);
    assert_eq!((one.passing, one.error), (set(&[7]), None));
    let said = said(&source, &facts, all, Effort::Whole);
    let error = said.error.expect("too much");
    assert!(matches!(error, FilterError::TooMuch(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "the evaluation takes more than 2000000 steps"
    );
    // Events decided before count, and no others.
    assert!(said.passing.contains(0) && said.failing.contains(limits::EVENTS - 1));
    assert_eq!(said.passing | said.failing, all);
    assert!((said.passing & said.failing).is_empty());
}
