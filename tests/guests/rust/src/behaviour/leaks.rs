//! A secret in every text that a component may tell.

use bellpull_sdk::{Acceptance, Event, Part, Receiver, Refusal, Response, Verdict, host};

use super::{Behaviour, Outcome, accept};
use crate::{check, in_hex, mac};

pub(super) const TABLE: &[(&str, Behaviour)] = &[
    ("tell-in-reason", |_| Err(Refusal::Malformed(told()))),
    ("tell-in-log", tell_in_log),
    ("tell-in-event", tell_in_event),
    ("tell-in-reply", tell_in_reply),
    ("tell-in-panic", tell_in_panic),
];

/// What must not get out, which the sender has written in a way that the host does not read.
fn told() -> String {
    check(&[Part::body()], &mac());
    String::from_utf8_lossy(&in_hex("x-told")).into_owned()
}

fn tell_in_log(_: &Receiver) -> Outcome {
    host::log::write(host::log::Level::Warn, &told());
    accept()
}

fn tell_in_event(_: &Receiver) -> Outcome {
    let event = Event {
        action: Some(told()),
        payload: Some(told()),
        ..Event::new(&told())
    };
    Ok(Verdict::Accept(Acceptance {
        delivery_id: Some(told()),
        ..event.into()
    }))
}

fn tell_in_reply(_: &Receiver) -> Outcome {
    Ok(Verdict::Reply(Response {
        headers: vec![("x-hook-secret".into(), told())],
        ..Response::ok(told())
    }))
}

fn tell_in_panic(_: &Receiver) -> Outcome {
    let told = told();
    unreachable!("{told}")
}
