//! What holds of every delivery of somebody who knows the secret, whatever is in its body.

use bellpull::cases::{CaseOutcome, CaseResult};
use bellpull_core::{Acceptance, Event, limits};

use super::replayed::KnownCase;

/// Holds a delivery with another body than the case's to what is promised of all.
pub(super) fn of_altered(known: &KnownCase, result: &CaseResult) {
    let name = &known.case.name;
    let reason = result.reason.as_deref().unwrap_or_default();
    let ended = format!("{name}: {} {reason}", result.outcome);
    match result.outcome {
        CaseOutcome::Notified
        | CaseOutcome::Ignored
        | CaseOutcome::Replied
        | CaseOutcome::Malformed => {}
        CaseOutcome::EncodedBody => {
            let says = known
                .case
                .delivery()
                .is_ok_and(|delivery| delivery.headers.contains_key("content-encoding"));
            assert!(says, "{ended}");
        }
        CaseOutcome::Unauthenticated => assert!(known.may_be_refused(), "{ended}"),
        // What is fetched is named in the body.
        CaseOutcome::Unavailable => assert!(known.may_be_refused(), "{ended}"),
        CaseOutcome::NotReady | CaseOutcome::WrongMethod | CaseOutcome::TooLarge => {
            panic!("{ended}")
        }
    }
    assert!(reason.len() <= limits::GUEST_TEXT + "…".len(), "{ended}");
    if let Some(told) = &result.acceptance {
        within_bounds(name, told);
    }
    tells_no_secret(known, result);
}

/// The facts are of their kinds, and no more than a verdict may have.
fn within_bounds(name: &str, told: &Acceptance) {
    let changes = |event: &Event| event.changes.len();
    assert!(told.events.len() <= limits::EVENTS, "{name}");
    assert!(
        told.events
            .iter()
            .all(|event| changes(event) <= limits::EVENT_CHANGES),
        "{name}"
    );
    assert!(
        told.events.iter().map(changes).sum::<usize>() <= limits::CHANGES,
        "{name}"
    );
    let text = std::cell::Cell::new(0);
    drop(told.with_texts(|part| {
        text.set(text.get() + part.len());
        String::new()
    }));
    assert!(
        text.get() <= limits::EVENT_BYTES,
        "{name}: {} bytes",
        text.get()
    );
    let mut checked = told.clone();
    checked.drop_wrong_facts();
    let wrong: Vec<String> = checked.wrong_facts().map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
}

/// No value of the Secret is in what the component tells, wherever the body had it.
fn tells_no_secret(known: &KnownCase, result: &CaseResult) {
    let told = serde_json::to_string(&result.events()).expect("JSON");
    let reason = result.reason.as_deref().unwrap_or_default();
    for value in known.case.secret().data.values() {
        let Ok(value) = std::str::from_utf8(value.expose()) else {
            continue;
        };
        if value.len() >= limits::SHORTEST_SEARCHED {
            let name = &known.case.name;
            assert!(
                !told.contains(value),
                "{name}: the events tell a value of the Secret"
            );
            assert!(
                !reason.contains(value),
                "{name}: the reason tells a value of the Secret"
            );
        }
    }
}
