use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull_sdk::{
    ArtifactChange, Change, Event, ImageReference, Refusal, Selection, Shape, is_tag,
};

/// The values of `action`.
pub(crate) const EVENTS: &[&str] = &["INSERT", DELETE];
const DELETE: &str = "DELETE";
/// The kind of a message that is not of a registry. Others may publish to the topic too.
const MESSAGE: &str = "message";

const ENCODED: &str = "/message/data";
const ID: &str = "/message/messageId";
/// The pointers into the envelope of Pub/Sub.
pub(crate) const ENVELOPE: &[&str] = &[ID];
/// Its answer may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[ENCODED];

const ACTION: &str = "/action";
const DIGEST: &str = "/digest";
const TAG: &str = "/tag";
/// The pointers into the message.
pub(crate) const DATA: &[&str] = &[ACTION, DIGEST, TAG];
/// Its answer may pass the bounds of the host.
pub(crate) const BULKY_DATA: &[&str] = &[WHOLE];
const WHOLE: &str = "";

/// The members that Flux decodes. It refuses other types.
const SHAPES: &[(&str, Shape)] = &[
    (WHOLE, Shape::Object),
    (ACTION, Shape::Text),
    (DIGEST, Shape::Text),
    (TAG, Shape::Text),
];

/// The message in the envelope. `None` if it is too long for the host's answers: then it is not of
/// a registry.
///
/// # Errors
/// `malformed` where there is no message, or it is not in base64.
pub(crate) fn data(envelope: &Selection) -> Result<Option<Vec<u8>>, Refusal> {
    let malformed = |why: &str| Refusal::Malformed(why.into());
    if !envelope.has(ENCODED) {
        return Ok(None);
    }
    let encoded = envelope.text(ENCODED).ok_or_else(|| {
        malformed(
            "the body has no message.data: payload unwrapping must be off at the subscription",
        )
    })?;
    // The decoder of Go, which Flux uses, ignores line ends.
    let encoded: String = encoded.split(['\r', '\n']).collect();
    STANDARD
        .decode(encoded)
        .map(Some)
        .map_err(|_| malformed("message.data is not base64"))
}

/// The event's name in the message.
pub(crate) fn action(data: &Selection) -> Option<&str> {
    data.text(ACTION)
}

/// The id of the message.
pub(crate) fn id(envelope: &Selection) -> Option<String> {
    envelope.text(ID).map(String::from)
}

/// The facts of a message.
pub(crate) fn of(data: &Selection) -> Result<Event, Refusal> {
    data.check_shapes(SHAPES)
        .map_err(|_| Refusal::Malformed("message.data is not an event of a registry".into()))?;
    let kind = action(data).unwrap_or(MESSAGE);
    Ok(Event {
        changes: change(kind, data).into_iter().collect(),
        payload: payload(data),
        ..Event::new(kind)
    })
}

fn change(kind: &str, data: &Selection) -> Option<Change> {
    let by_digest = data.text(DIGEST).map(ImageReference::of);
    let by_tag = data.text(TAG).map(ImageReference::of);
    let named = by_tag.or(by_digest)?;
    Some(Change::Artifact(ArtifactChange {
        tag: by_tag
            .and_then(|image| image.tag)
            .filter(|tag| is_tag(tag))
            .map(String::from),
        digest: by_digest.and_then(|image| image.digest).map(String::from),
        deleted: kind == DELETE,
        ..ArtifactChange::in_repository(vec![named.repository.into()])
    }))
}

/// The payload that filters read as `req`, as in Flux: these three members, empty if the message
/// does not have them.
fn payload(data: &Selection) -> Option<String> {
    let members = [("action", ACTION), ("digest", DIGEST), ("tag", TAG)];
    let text = |(name, pointer)| (name, data.text(pointer).unwrap_or_default());
    serde_json::to_string(&BTreeMap::from(members.map(text))).ok()
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

    use super::*;

    const IMAGE: &str = "europe-docker.pkg.dev/acme/images/app";
    const SHA: &str = "sha256:6ec128e26cd5";

    fn event(data: &Selection) -> Event {
        of(data).unwrap()
    }

    fn artifact(data: &Selection) -> ArtifactChange {
        match event(data).changes.as_slice() {
            [Change::Artifact(artifact)] => artifact.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_image_is_named_by_tag_and_digest() {
        let (tagged, pinned) = ([IMAGE, ":v1"].concat(), [IMAGE, "@", SHA].concat());
        for (action, digest, tag, expected) in [
            ("INSERT", &*pinned, &*tagged, (Some("v1"), Some(SHA), false)),
            ("INSERT", &pinned, "", (None, Some(SHA), false)),
            ("DELETE", "", &tagged, (Some("v1"), None, true)),
            ("DELETE", &pinned, "", (None, Some(SHA), true)),
        ] {
            let found = artifact(&Selection::from([
                (ACTION, action),
                (DIGEST, digest),
                (TAG, tag),
            ]));
            let said = (found.tag.as_deref(), found.digest.as_deref(), found.deleted);
            assert_eq!(found.repositories, [IMAGE]);
            assert_eq!(said, expected, "{action} {digest} {tag}");
        }
    }

    #[test]
    fn filters_see_three_members_whatever_is_said() {
        for (data, expected) in [
            (
                Selection::from([(ACTION, "INSERT"), (TAG, "r.io/a:\"v\"\\\n")]),
                r#"{"action":"INSERT","digest":"","tag":"r.io/a:\"v\"\\\n"}"#,
            ),
            (Selection::from([]), r#"{"action":"","digest":"","tag":""}"#),
        ] {
            assert_eq!(event(&data).payload.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_message_of_another_publisher_changes_what_is_not_known() {
        let found = event(&Selection::from([]));
        assert_eq!((found.kind.as_str(), found.changes), (MESSAGE, vec![]));
    }

    #[test]
    fn refuses_what_is_no_event() {
        for (pointer, value) in [
            (WHOLE, Value::Json("[]".into())),
            (WHOLE, Value::Text("INSERT".into())),
            (ACTION, Value::Boolean(true)),
            (DIGEST, Value::Number("1".into())),
            (TAG, Value::Json("{}".into())),
        ] {
            let data = Selection::from_iter([(pointer, vec![value])]);
            let found = of(&data);
            assert!(matches!(found, Err(Refusal::Malformed(_))), "{data:?}");
        }
    }

    #[test]
    fn takes_base64_with_its_padding() {
        for (encoded, decoded) in [
            ("e30=", Some(&b"{}"[..])),
            ("e3\r\n0=\n", Some(b"{}")),
            ("e30", None),
            ("{}", None),
        ] {
            let found = data(&Selection::from([(ENCODED, encoded)]));
            assert_eq!(found.ok().flatten().as_deref(), decoded, "{encoded}");
        }
        let absent = Selection::from_iter([(ENCODED, vec![Value::Missing])]);
        let unwrapped = data(&absent);
        assert!(
            matches!(unwrapped, Err(Refusal::Malformed(_))),
            "{unwrapped:?}"
        );
    }

    #[test]
    fn a_message_that_is_too_long_is_another_publishers() {
        assert_eq!(data(&Selection::from([(ID, "136969346945")])), Ok(None));
    }
}
