//! How a CloudEvent carries a CDEvent:
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>
//! and <https://github.com/cdevents/spec/blob/v0.4.1/cloudevents-binding.md>.

use bellpull_sdk::{Refusal, Selection, host::document::Value};

/// The ways to send CloudEvents over HTTP.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The CDEvent is the body, and the attributes are headers. Flux accepts a CDEvent without
    /// attributes and ignores their values, so they are optional here too.
    Binary,
    /// The body is an object with the attributes and, as `data`, the CDEvent.
    Structured,
    /// The body is a list of such objects.
    Batch,
    /// Another format than JSON. Flux ignores the `Content-Type`, so a body that is a CDEvent is
    /// still accepted.
    Foreign,
}

impl Mode {
    /// The mode by `Content-Type`.
    pub(crate) fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default();
        let essence = essence.trim_ascii().to_ascii_lowercase();
        match essence.as_str() {
            "application/cloudevents+json" => Self::Structured,
            "application/cloudevents-batch+json" => Self::Batch,
            _ if essence.starts_with("application/cloudevents") => Self::Foreign,
            _ => Self::Binary,
        }
    }

    /// The refusal of a body that is not a JSON object.
    pub(crate) fn unreadable(&self, reason: Refusal) -> Refusal {
        match self {
            Self::Foreign => malformed(
                "other formats of CloudEvents than JSON are not taken: send application/cloudevents+json",
            ),
            Self::Batch => malformed("the body of a batch of CloudEvents is no JSON array"),
            Self::Binary | Self::Structured => reason,
        }
    }
}

/// The attributes of a CloudEvent that its CDEvent repeats.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) spec_version: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) id: Option<String>,
}

/// The pointers into a structured body.
pub(crate) const POINTERS: &[&str] = &["/specversion", "/type", "/id"];
/// Its answer may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[DATA];
const DATA: &str = "/data";

/// Whether the body is a CDEvent without an envelope, whatever its `Content-Type` says.
pub(crate) fn is_bare(body: &Selection) -> bool {
    body.has(DATA) && !body.is_set(DATA) && !body.is_set("/specversion")
}

/// The most bytes of a CDEvent in a structured body. A longer one cannot be the payload for
/// filters.
const MOST_DATA: usize = 96 * 1024;

impl Attributes {
    /// The attributes of a structured body, and its CDEvent.
    ///
    /// # Errors
    /// `malformed` where the body is not a CloudEvent, or its `data` is not a JSON object or too
    /// long.
    pub(crate) fn structured(body: &Selection) -> Result<(Self, String), Refusal> {
        let text = |pointer| body.text(pointer).map(String::from);
        let attributes = Self {
            spec_version: text("/specversion"),
            kind: text("/type"),
            id: text("/id"),
        };
        attributes.are_there()?;
        let data = body.all(DATA).first().ok_or_else(too_long)?;
        let data = attributes.data(data)?;
        Ok((attributes, data))
    }

    /// The CDEvent with these attributes.
    ///
    /// # Errors
    /// As [`Attributes::structured`].
    pub(crate) fn data(&self, data: &Value) -> Result<String, Refusal> {
        self.are_there()?;
        match data {
            Value::Json(data) if data.len() <= MOST_DATA => Ok(data.clone()),
            Value::Json(_) => Err(too_long()),
            _ => Err(malformed(
                "the data of a structured CloudEvent is no JSON object",
            )),
        }
    }

    fn are_there(&self) -> Result<(), Refusal> {
        let all = [&self.spec_version, &self.kind, &self.id];
        if all.into_iter().any(Option::is_none) {
            return Err(malformed(
                "a structured CloudEvent lacks specversion, type or id",
            ));
        }
        Ok(())
    }

    /// Checks that the attributes agree with the CDEvent.
    ///
    /// # Errors
    /// `malformed` for an attribute that differs.
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
                let words = ["the CloudEvent's ", name, " differs from the CDEvent's"];
                return Err(Refusal::Malformed(words.concat()));
            }
        }
        Ok(())
    }
}

fn too_long() -> Refusal {
    malformed("the data of a structured CloudEvent is over 96 KiB: send it in binary mode")
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
            ("application/json", Mode::Binary),
            ("", Mode::Binary),
            ("application/cloudevents+json", Mode::Structured),
            (
                "Application/CloudEvents+JSON; charset=utf-8",
                Mode::Structured,
            ),
            ("application/cloudevents-batch+json", Mode::Batch),
            ("application/cloudevents-batch+avro", Mode::Foreign),
            ("application/cloudevents+avro", Mode::Foreign),
        ] {
            assert_eq!(Mode::of(text), mode, "{text}");
        }
    }

    #[test]
    fn attributes_repeat_the_event() {
        let event = Selection::from([("/context/type", "a.b"), ("/context/id", "7 8")]);
        for (version, kind, id, agrees) in [
            ("1.0", "a.b", "7 8", true),
            ("0.3", "a.b", "7 8", false),
            ("1.0", "a.c", "7 8", false),
            ("1.0", "a.b", "7", false),
        ] {
            let attributes = Attributes {
                spec_version: Some(version.into()),
                kind: Some(kind.into()),
                id: Some(id.into()),
            };
            let found = attributes.agree(&event).is_ok();
            assert_eq!(found, agrees, "{version} {kind} {id}");
        }
    }

    #[test]
    fn an_event_without_an_envelope_is_bare() {
        let bare = Selection::from_iter([
            ("/specversion", vec![Value::Missing]),
            (DATA, vec![Value::Missing]),
        ]);
        assert!(is_bare(&bare));
        for member in ["/specversion", DATA] {
            let mut whole = Selection::from([(member, "x")]);
            whole.extend([(DATA, vec![Value::Missing])]);
            assert!(!is_bare(&whole), "{member}");
        }
        assert!(!is_bare(&Selection::from([])), "what is too long is data");
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
