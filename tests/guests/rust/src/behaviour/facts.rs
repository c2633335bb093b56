//! Facts of an event, some of them wrong.

use bellpull_sdk::{
    Acceptance, Change, Disinterest, Event, GitChange, OtherChange, Receiver, RequestChange,
    Verdict, names,
};

use super::{Behaviour, Outcome};
use crate::{prove, spy, text};

pub(super) const TABLE: &[(&str, Behaviour)] = &[
    ("wrong-facts", accept_with_wrong_facts),
    ("ignore-with-facts", ignore_with_wrong_facts),
    ("several-events", accept_several_events),
    ("push", |_| Ok(Verdict::accept(spy::push()))),
];

fn accept_with_wrong_facts(_: &Receiver) -> Outcome {
    prove();
    let change = GitChange {
        after: Some("main".into()),
        ..GitChange::in_repository(Vec::new())
    };
    Ok(Verdict::accept(Event {
        changes: vec![Change::Git(change)],
        ..Event::new("push")
    }))
}

fn ignore_with_wrong_facts(_: &Receiver) -> Outcome {
    prove();
    Ok(Verdict::Ignore(Disinterest {
        event: Some(Event {
            action: Some("a\nb".into()),
            ..Event::new("ping")
        }),
        ..Disinterest::new("of-tomorrow", "a reason")
    }))
}

/// As many events as the header `x-events` says.
fn accept_several_events(_: &Receiver) -> Outcome {
    prove();
    let count = text("x-events").parse().unwrap_or_default();
    Ok(Verdict::accept(Acceptance {
        events: (0..count).map(numbered_event).collect(),
        ..Acceptance::of(Event::new("none"))
    }))
}

fn numbered_event(number: usize) -> Event {
    let request = RequestChange {
        number: number.to_string(),
        merged: Some(true),
        ..RequestChange::in_repository(names(&["r"]))
    };
    let other = OtherChange {
        locations: names(&["l"]),
        attributes: [("a", "1"), ("a", "2")]
            .map(|(name, text)| (name.into(), text.into()))
            .to_vec(),
        ..OtherChange::of("bucket")
    };
    Event {
        changes: vec![Change::Request(request), Change::Other(other)],
        ..Event::new(&format!("event {number}"))
    }
}
