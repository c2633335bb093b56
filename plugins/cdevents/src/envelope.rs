//! How a CloudEvent carries a CDEvent:
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>
//! and <https://github.com/cdevents/spec/blob/v0.4.1/cloudevents-binding.md>.

use bellpull_sdk::{Refusal, Selection, host::document::Value};

use crate::attribute;

/// Which of the two ways a delivery goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The CDEvent is the body, attributes are headers. Flux's receiver takes a CDEvent without any
    /// attributes too, so that they are not required.
    Binary,
    /// The body is an object that has the attributes, and the CDEvent as its `data`.
    Structured,
}

impl Mode {
    /// The mode that a `Content-Type` tells.
    ///
    /// # Errors
    /// `malformed` for a batch, and for another format than JSON.
    pub(crate) fn of(content_type: &str) -> Result<Self, Refusal> {
        let essence = content_type.split(';').next().unwrap_or_default();
        let essence = essence.trim_ascii().to_ascii_lowercase();
        match essence.as_str() {
            "application/cloudevents+json" => Ok(Self::Structured),
            _ if essence.starts_with("application/cloudevents") => Err(malformed(
                "batches and other formats than JSON are not taken: send one event at a time",
            )),
            _ => Ok(Self::Binary),
        }
    }
}

/// The attributes that a CDEvent repeats.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) spec_version: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) id: Option<String>,
}

/// What to ask of a structured body.
pub(crate) const POINTERS: &[&str] = &["/specversion", "/type", "/id", "/data"];

/// A CDEvent in JSON whose attributes stand beside it. More than this cannot stand in for the body.
const MOST_DATA: usize = 96 * 1024;

impl Attributes {
    /// The attributes of headers, still encoded.
    ///
    /// # Errors
    /// `malformed` for one that cannot be decoded.
    pub(crate) fn encoded(
        spec_version: Option<String>,
        kind: Option<String>,
        id: Option<String>,
    ) -> Result<Self, Refusal> {
        let decoded = |value: Option<String>| match value {
            None => Ok(None),
            Some(value) => attribute::decoded(&value)
                .map(Some)
                .ok_or_else(|| malformed("a ce- header is not percent-encoded UTF-8")),
        };
        Ok(Self {
            spec_version: decoded(spec_version)?,
            kind: decoded(kind)?,
            id: decoded(id)?,
        })
    }

    /// The attributes of a structured body, and the CDEvent in it.
    ///
    /// # Errors
    /// `malformed` where it is no CloudEvent, or its `data` no object of JSON or too long.
    pub(crate) fn structured(body: &Selection) -> Result<(Self, &str), Refusal> {
        let text = |pointer| body.text(pointer).map(String::from);
        let attributes = Self {
            spec_version: text("/specversion"),
            kind: text("/type"),
            id: text("/id"),
        };
        if attributes.spec_version.is_none() || attributes.kind.is_none() || attributes.id.is_none()
        {
            return Err(malformed(
                "a structured CloudEvent lacks specversion, type or id",
            ));
        }
        match body.all("/data").first() {
            Some(Value::Json(data)) if data.len() <= MOST_DATA => Ok((attributes, data)),
            Some(Value::Json(_)) => Err(malformed(
                "more than 96 KiB in a structured CloudEvent: send it in binary mode",
            )),
            _ => Err(malformed(
                "the data of a structured CloudEvent is no JSON object",
            )),
        }
    }

    /// Whether they are those of this CDEvent, as far as they are there.
    ///
    /// # Errors
    /// `malformed` for one that says otherwise.
    pub(crate) fn agree(&self, event: &Selection) -> Result<(), Refusal> {
        if self
            .spec_version
            .as_ref()
            .is_some_and(|version| version != "1.0")
        {
            return Err(malformed("the CloudEvent is not of version 1.0"));
        }
        for (name, attribute, pointer) in [
            ("type", &self.kind, "/context/type"),
            ("id", &self.id, "/context/id"),
        ] {
            if attribute.is_some() && attribute.as_deref() != event.text(pointer) {
                let words = ["the CloudEvent's ", name, " is not the CDEvent's"];
                return Err(Refusal::Malformed(words.concat()));
            }
        }
        Ok(())
    }
}

fn malformed(reason: &str) -> Refusal {
    Refusal::Malformed(reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_tells_the_mode() {
        for (text, mode) in [
            ("application/json", Some(Mode::Binary)),
            ("", Some(Mode::Binary)),
            ("application/cloudevents+json", Some(Mode::Structured)),
            (
                "Application/CloudEvents+JSON; charset=utf-8",
                Some(Mode::Structured),
            ),
            ("application/cloudevents-batch+json", None),
            ("application/cloudevents+avro", None),
        ] {
            assert_eq!(Mode::of(text).ok(), mode, "{text}");
        }
    }

    fn attributes(version: Option<&str>, kind: Option<&str>, id: Option<&str>) -> Attributes {
        let owned = |text: Option<&str>| text.map(String::from);
        Attributes::encoded(owned(version), owned(kind), owned(id)).unwrap()
    }

    #[test]
    fn attributes_repeat_the_event_or_are_not_there() {
        let event = Selection::from([("/context/type", "a.b"), ("/context/id", "7 8")]);
        for (version, kind, id, agrees) in [
            (None, None, None, true),
            (Some("1.0"), Some("a.b"), Some("7%208"), true),
            (Some("0.3"), None, None, false),
            (None, Some("a.c"), None, false),
            (None, Some(""), None, false),
            (None, None, Some("7"), false),
        ] {
            let found = attributes(version, kind, id).agree(&event).is_ok();
            assert_eq!(found, agrees, "{version:?} {kind:?} {id:?}");
        }
        assert!(Attributes::encoded(None, Some("%C0%A0".into()), None).is_err());
    }

    #[test]
    fn a_structured_body_has_attributes_and_data() {
        let body = |data: Value| {
            let mut body = Selection::from([("/specversion", "1.0"), ("/type", "a"), ("/id", "7")]);
            body.extend([("/data", vec![data])]);
            body
        };
        let object = Value::Json("{\"context\":{}}".into());
        let whole = body(object.clone());
        let (found, data) = Attributes::structured(&whole).unwrap();
        assert_eq!(found.kind.as_deref(), Some("a"));
        assert_eq!(data, "{\"context\":{}}");
        assert!(Attributes::structured(&body(Value::Text("{}".into()))).is_err());
        assert!(Attributes::structured(&body(Value::Missing)).is_err());
        let long = Value::Json("x".repeat(MOST_DATA + 1));
        assert!(Attributes::structured(&body(long)).is_err());
        let mut nameless = Selection::from([("/specversion", "1.0"), ("/id", "7")]);
        nameless.extend([("/data", vec![object])]);
        assert!(Attributes::structured(&nameless).is_err());
    }
}
