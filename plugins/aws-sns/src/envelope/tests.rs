use bellpull_sdk::host::document::Value;

use super::*;

pub(crate) const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:images";

/// A notification with a signature of no meaning.
pub(crate) fn notification() -> Selection {
    Selection::from([
        (TYPE, "Notification"),
        (ID, "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"),
        (TOPIC_ARN, TOPIC),
        (MESSAGE, "two\nlines"),
        (TIME, "2026-01-02T03:04:05.655Z"),
        (VERSION, "1"),
        (SIGNATURE, "AAAA"),
        (
            CERTIFICATE_URL,
            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        ),
    ])
}

/// The notification with other values first.
fn with<const N: usize>(values: [(&'static str, Value); N]) -> Selection {
    let mut body: Selection = values
        .into_iter()
        .map(|(pointer, value)| (pointer, vec![value]))
        .collect();
    body.extend(POINTERS.iter().filter_map(|pointer| {
        let all = notification().all(pointer).to_vec();
        (!all.is_empty()).then_some((*pointer, all))
    }));
    body
}

fn text_value(text: &str) -> Value {
    Value::Text(text.into())
}

fn subscription(kind: &str) -> Selection {
    with([
        (TYPE, text_value(kind)),
        (SUBSCRIBE_URL, text_value("https://sns")),
        (TOKEN, text_value("2336412f37")),
    ])
}

#[test]
fn a_notification_is_signed_with_its_subject_if_there_is_one() {
    for (subject, line) in [
        (Value::Missing, ""),
        (Value::Null, ""),
        (text_value("A subject"), "Subject\nA subject\n"),
        (text_value(""), "Subject\n\n"),
    ] {
        let expected = [
            "Message\ntwo\nlines\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\n",
            line,
            "Timestamp\n2026-01-02T03:04:05.655Z\nTopicArn\n",
            TOPIC,
            "\nType\nNotification\n",
        ];
        let found = Envelope::of(&with([(SUBJECT, subject)])).unwrap();
        assert_eq!(found.signed_text(), expected.concat());
    }
}

#[test]
fn a_confirmation_is_signed_with_its_url_and_token() {
    for kind in ["SubscriptionConfirmation", "UnsubscribeConfirmation"] {
        let expected = [
            "Message\ntwo\nlines\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\nSubscribeURL\n\
             https://sns\nTimestamp\n2026-01-02T03:04:05.655Z\nToken\n2336412f37\nTopicArn\n",
            TOPIC,
            "\nType\n",
            kind,
            "\n",
        ];
        let found = Envelope::of(&subscription(kind)).unwrap();
        assert_eq!(found.signed_text(), expected.concat());
    }
}

#[test]
fn only_the_message_may_hold_line_ends() {
    for pointer in [ID, TOPIC_ARN, TIME, SUBJECT, CERTIFICATE_URL] {
        for value in ["a\nb", "a\rb"] {
            let found = Envelope::of(&with([(pointer, text_value(value))]));
            assert!(
                matches!(found, Err(Refusal::Malformed(_))),
                "{pointer} {found:?}"
            );
        }
    }
}

#[test]
fn what_lacks_a_member_is_refused() {
    for pointer in [TYPE, ID, TOPIC_ARN, MESSAGE, TIME, CERTIFICATE_URL] {
        for value in [Value::Missing, Value::Number("1".into())] {
            let found = Envelope::of(&with([(pointer, value)]));
            assert!(
                matches!(found, Err(Refusal::Malformed(_))),
                "{pointer} {found:?}"
            );
        }
    }
    let without_token = with([
        (TYPE, text_value("SubscriptionConfirmation")),
        (SUBSCRIBE_URL, text_value("https://sns")),
    ]);
    let found = Envelope::of(&without_token);
    assert!(matches!(found, Err(Refusal::Malformed(_))), "{found:?}");
}

#[test]
fn what_cannot_be_verified_is_no_proof() {
    for (pointer, value) in [
        (VERSION, Value::Missing),
        (VERSION, text_value("3")),
        (VERSION, Value::Number("1".into())),
        (SIGNATURE, Value::Missing),
        (SIGNATURE, text_value("")),
        (SIGNATURE, text_value("AAA")),
    ] {
        let found = Envelope::of(&with([(pointer, value)]));
        assert!(
            matches!(found, Err(Refusal::Unauthenticated(_))),
            "{pointer} {found:?}"
        );
    }
}

#[test]
fn each_version_has_its_hash() {
    for (text, algorithm) in [("1", "rsa-pkcs1-sha1"), ("2", "rsa-pkcs1-sha256")] {
        let found = Envelope::of(&with([(VERSION, text_value(text))])).unwrap();
        assert_eq!(found.version.algorithm(), algorithm);
        assert_eq!(found.version.name(), text);
    }
}

#[test]
fn raw_messages_are_refused() {
    for (header, taken) in [
        (None, true),
        (Some("false"), true),
        (Some("true"), false),
        (Some("True"), false),
    ] {
        assert_eq!(check_form(header).is_ok(), taken, "{header:?}");
    }
}

#[test]
fn the_time_is_read_to_the_second() {
    for (time, seconds) in [
        ("2026-01-02T03:04:05.655Z", Some(1_767_323_045)),
        ("1970-01-01T00:00:00Z", Some(0)),
        ("1969-12-31T23:59:59.000Z", None),
        ("2026-01-02 03:04:05", None),
        ("2026-02-30T03:04:05Z", None),
        ("1767323045", None),
        ("", None),
    ] {
        let envelope = Envelope::of(&with([(TIME, text_value(time))])).unwrap();
        assert_eq!(envelope.seconds().ok(), seconds, "{time}");
    }
}
