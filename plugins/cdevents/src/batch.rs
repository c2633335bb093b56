//! A batch of CloudEvents:
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>, section 4.

use bellpull_sdk::host::document::{self, Json, Value};
use bellpull_sdk::{Acceptance, Event, Refusal, Selection, Verdict, events};

use crate::delivered::{Delivered, Filtered};
use crate::envelope::Attributes;
use crate::spec::Spec;

const TYPES: &str = "/*/type";
const POINTERS: [&str; 3] = ["/*/specversion", TYPES, "/*/id"];
/// Their answers may pass the bounds of the host.
const BULKY: &[&str] = &[DATA];
const DATA: &str = "/*/data";

/// The verdict on a batch. Each event is checked and compared with `spec.events` by itself. One
/// event that is not a CDEvent makes the whole batch malformed: its sender would have to send the
/// batch again, so none of its events may take effect before.
pub(crate) fn receive(
    listed: &[String],
    list: &Json,
    accepted: &[Spec],
) -> Result<Verdict, Refusal> {
    let batch = Selection::of_bulky(list, &POINTERS, BULKY)?;
    let types = batch.all(TYPES);
    if types.is_empty() {
        return Ok(Verdict::no_change("the batch is empty"));
    }
    if !batch.has(DATA) || types.len() > Acceptance::MOST_EVENTS {
        return unread(listed, &batch);
    }
    let mut wanted = Vec::new();
    for (index, data) in batch.all(DATA).iter().enumerate() {
        let of_event = |refusal| of_event(index, refusal);
        let delivered = delivered(&batch, index, data).map_err(of_event)?;
        let filtered = delivered.filter(listed, accepted, None);
        match filtered.map_err(of_event)? {
            Filtered::Wanted { event, .. } => wanted.push(event),
            Filtered::NotListed(_) => {}
        }
    }
    Ok(accept(wanted))
}

/// The verdict on a batch that is too long to be read: only the kinds of its listed events are
/// reported.
fn unread(listed: &[String], batch: &Selection) -> Result<Verdict, Refusal> {
    let mut told: Vec<&str> = Vec::new();
    for (index, kind) in batch.all(TYPES).iter().enumerate() {
        let Value::Text(kind) = kind else {
            let reason = "a structured CloudEvent lacks specversion, type or id";
            return Err(of_event(index, Refusal::Malformed(reason.into())));
        };
        if is_wanted(listed, kind) && !told.contains(&kind.as_str()) {
            told.push(kind);
        }
    }
    Ok(accept(told.into_iter().map(Event::new).collect()))
}

/// Whether `spec.events` lists a type, by any of its names.
fn is_wanted(listed: &[String], kind: &str) -> bool {
    let unversioned = unversioned(kind);
    let short = unversioned
        .strip_prefix("dev.cdevents.")
        .unwrap_or(unversioned);
    [kind, unversioned, short]
        .into_iter()
        .any(|name| events::wanted(listed, name))
}

/// A type without its version.
fn unversioned(kind: &str) -> &str {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    kind.trim_end_matches(|letter: char| u8::try_from(letter).is_ok_and(is_number))
}

fn accept(events: Vec<Event>) -> Verdict {
    if events.is_empty() {
        return Verdict::not_listed("no event of the batch is listed");
    }
    Verdict::Accept(Acceptance {
        events,
        complete: true,
        delivery_id: None,
        signed_at: None,
    })
}

/// The event at this index.
fn delivered(batch: &Selection, index: usize, data: &Value) -> Result<Delivered, Refusal> {
    let text = |pointer| match batch.all(pointer).get(index) {
        Some(Value::Text(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let attributes = Attributes {
        spec_version: text(POINTERS[0]),
        kind: text(POINTERS[1]),
        id: text(POINTERS[2]),
    };
    let data = attributes.data(data)?;
    Ok(Delivered {
        document: document::from_bytes(data.as_bytes()),
        attributes: Some(attributes),
        payload: Some(data),
    })
}

/// Adds to a refusal which event of the batch is wrong.
fn of_event(index: usize, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Malformed(reason) => {
            let number = (index + 1).to_string();
            Refusal::Malformed(["event ", &number, " of the batch: ", &reason].concat())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::names;

    use super::*;

    #[test]
    fn what_is_not_read_is_listed_by_three_names() {
        let kind = "dev.cdevents.artifact.published.0.2.0";
        for (listed, expected) in [
            (&[] as &[&str], true),
            (&[kind], true),
            (&["dev.cdevents.artifact.published"], true),
            (&["change.merged", "Artifact.Published"], true),
            (&["artifact"], false),
            (&["dev.cdevents.artifact.published.0.1.0"], false),
        ] {
            assert_eq!(is_wanted(&names(listed), kind), expected, "{listed:?}");
        }
    }

    #[test]
    fn a_batch_that_is_not_read_tells_its_kinds() {
        let types = ["dev.cdevents.change.merged.0.2.0", "a.b", "a.b"];
        let types = types.map(|kind| Value::Text(kind.into()));
        let batch: Selection = [(TYPES, types.to_vec())].into_iter().collect();
        let kinds = |listed: &[&str]| match unread(&names(listed), &batch) {
            Ok(Verdict::Accept(told)) => {
                let kinds = told.events.into_iter().map(|event| event.kind);
                kinds.collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        let merged = "dev.cdevents.change.merged.0.2.0";
        assert_eq!(kinds(&[]), [merged, "a.b"]);
        let nameless: Selection = [(TYPES, vec![Value::Null])].into_iter().collect();
        assert!(unread(&[], &nameless).is_err());
        assert_eq!(kinds(&["change.merged"]), [merged]);
        assert!(kinds(&["artifact.published"]).is_empty());
    }

    #[test]
    fn what_is_wrong_says_where() {
        let refusal = of_event(1, Refusal::Malformed("x".into()));
        assert_eq!(
            refusal,
            Refusal::Malformed("event 2 of the batch: x".into())
        );
        let other = Refusal::Unavailable("x".into());
        assert_eq!(of_event(1, other.clone()), other);
    }
}
