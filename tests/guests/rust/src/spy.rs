//! Reads what its delivery asks for, and tells it backwards: no scrubbing knows a secret by that.

use bellpull_sdk::{Change, Event, GitChange, Paths, Refusal, host};

use crate::text;

/// What the delivery has at the place that the header `x-read` names.
pub(crate) fn read() -> Refusal {
    let place = text("x-read");
    let (kind, name) = place.split_once(' ').unwrap_or((&place, ""));
    let read = match kind {
        "header" => lossy(host::delivery::header(name)),
        "query" => host::delivery::query(name).join(" "),
        "method" => host::delivery::method(),
        "body" => match host::delivery::body(0, 1 << 10) {
            Ok(body) => lossy(vec![body]),
            Err(why) => why,
        },
        "json" => asked(host::document::from_body(), name),
        "form" => {
            let (field, pointer) = name.split_once(' ').unwrap_or((name, ""));
            asked(host::document::from_form(field), pointer)
        }
        // A guess of its own, which the delivery brings backwards too.
        "guess" => {
            let guess: String = text("x-guess").chars().rev().collect();
            asked(Ok(host::document::from_bytes(guess.as_bytes())), name)
        }
        _ => "no such place".to_owned(),
    };
    Refusal::Malformed(read.chars().rev().collect())
}

/// What headers of the delivery say that has changed.
pub(crate) fn push() -> Event {
    let changes = vec![Change::Git(GitChange {
        ref_: Some(text("x-ref")),
        paths: Paths::Complete(vec!["a".into(), text("x-path")]),
        ..GitChange::in_repository(vec!["https://h/a".into(), text("x-repository")])
    })];
    Event {
        changes,
        ..Event::new("push")
    }
}

fn asked(document: Result<host::document::Json, String>, pointer: &str) -> String {
    let answers = document.and_then(|document| document.select(&[pointer.to_owned()]));
    format!("{answers:?}")
}

fn lossy(values: Vec<Vec<u8>>) -> String {
    let texts = values.iter().map(|value| String::from_utf8_lossy(value));
    texts.collect::<Vec<_>>().join(" ")
}
