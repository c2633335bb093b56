use bellpull_sdk::{Acceptance, Event, Selection, aws, host::document};

use crate::envelope::Envelope;

/// The kind of a message that is not an event of EventBridge.
const NOTIFICATION: &str = "Notification";

/// The names that `spec.events` may list.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    [NOTIFICATION]
        .into_iter()
        .chain(aws::EVENTS.iter().copied())
}

/// The payload of a message, if it is a JSON object. Asks the host.
pub(crate) fn payload(message: &str) -> Option<Selection> {
    if !message.trim_ascii_start().starts_with('{') {
        return None;
    }
    aws::read(&document::from_bytes(message.as_bytes())).ok()
}

/// The kind of the message.
pub(crate) fn kind(payload: Option<&Selection>) -> &str {
    payload.and_then(aws::kind).unwrap_or(NOTIFICATION)
}

/// The result of an action that did not succeed.
pub(crate) fn failure(payload: Option<&Selection>) -> Option<&str> {
    payload.and_then(aws::failure)
}

/// The facts of a verified message.
pub(crate) fn of(envelope: &Envelope, kind: &str, payload: Option<&Selection>) -> Event {
    match payload {
        Some(payload) => aws::event(kind, payload).with_payload(&envelope.message),
        None => Event::new(kind),
    }
}

/// The acceptance of a verified message. The id and time of the message count, not those of the
/// event in it.
pub(crate) fn accepted(envelope: &Envelope, event: Event) -> Acceptance {
    Acceptance {
        delivery_id: Some(envelope.id.clone()),
        signed_at: Some(envelope.time.clone()),
        ..event.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::tests::notification;

    fn told(message: &str, payload: Option<&Selection>) -> Event {
        let envelope = Envelope {
            message: message.into(),
            ..Envelope::of(&notification()).unwrap()
        };
        of(&envelope, kind(payload), payload)
    }

    fn pushed() -> Selection {
        Selection::from([
            ("/detail-type", "ECR Image Action"),
            ("/source", "aws.ecr"),
            ("/id", "13cde686-328b-6117-af20-0e5566167482"),
            ("/account", "123456789012"),
            ("/region", "eu-west-1"),
            ("/detail/repository-name", "app"),
        ])
    }

    #[test]
    fn an_event_in_a_message_has_the_ids_of_the_message() {
        let event = told("{}", Some(&pushed()));
        let envelope = Envelope::of(&notification()).unwrap();
        let accepted = accepted(&envelope, event.clone());
        assert_eq!(event.kind, "ECR Image Action");
        assert_eq!(event.changes.len(), 1);
        assert_eq!(event.payload.as_deref(), Some("{}"));
        let id = accepted.delivery_id.as_deref();
        assert_eq!(id, Some("22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"));
        let signed_at = accepted.signed_at.as_deref();
        assert_eq!(signed_at, Some("2026-01-02T03:04:05.655Z"));
    }

    #[test]
    fn another_message_changes_what_is_not_known() {
        for payload in [None, Some(Selection::from([("/source", "my.app")]))] {
            let event = told("{}", payload.as_ref());
            assert_eq!((event.kind.as_str(), event.changes), (NOTIFICATION, vec![]));
            assert_eq!(event.payload.is_some(), payload.is_some());
        }
    }

    #[test]
    fn a_long_message_is_not_shown_to_filters() {
        let longest = Event::LONGEST_PAYLOAD;
        for (length, shown) in [(longest, true), (longest + 1, false)] {
            let event = told(&"a".repeat(length), Some(&pushed()));
            assert_eq!(event.payload.is_some(), shown, "{length}");
        }
    }
}
