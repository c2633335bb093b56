//! What of a request becomes `req`.

use std::cell::Cell;

use bellpull_core::{Bytes, Unreadable, json, limits};
use serde::de::DeserializeSeed as _;

use crate::value::{Json, Map, Node};

/// What `req` is made of.
#[derive(Clone, Debug, Default)]
pub enum Request {
    /// A body that its type says is JSON.
    Json(Bytes),
    /// Anything else: `req` is an empty object.
    #[default]
    Other,
}

/// A body that is not what its type says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to parse request body as JSON: {what}")]
pub struct RequestError {
    /// Which kind of mistake it is.
    pub kind: Unreadable,
    /// What is wrong, and where.
    pub what: String,
}

impl Request {
    /// The body of a request with this `Content-Type`, of which the first counts when there are
    /// several. Flux takes any of a list that is separated by commas, up to the first that cannot
    /// be read (notification-controller v1.9.3, `internal/server/receiver_resource_filter.go`).
    #[must_use]
    pub fn new(content_type: Option<&str>, body: Bytes) -> Self {
        let mut types = content_type.unwrap_or_default().split(',');
        let json = types
            .by_ref()
            .map_while(media_type)
            .any(|media_type| media_type == "application/json");
        if json { Self::Json(body) } else { Self::Other }
    }

    /// As Go decodes into a map: the first value of the text, which must be an object or null;
    /// what follows it is not looked at.
    pub(crate) fn parse(&self) -> Result<Map, RequestError> {
        let Self::Json(body) = self else {
            return Ok(Map::new(Vec::new()));
        };
        let text = json::lenient(body);
        let mut json = serde_json::Deserializer::from_str(&text);
        let too_deep = Cell::new(false);
        let wrong = |what: String| RequestError {
            kind: if too_deep.get() {
                Unreadable::TooDeep
            } else {
                Unreadable::NotAnObject
            },
            what,
        };
        let node = Json::within(limits::FILTERED_DEPTH, &too_deep)
            .deserialize(&mut json)
            .map_err(|error| wrong(error.to_string()))?;
        match node {
            Node::Map(map) => Ok(map),
            Node::Null(_) => Ok(Map::new(Vec::new())),
            _ => Err(wrong("it is not an object".to_owned())),
        }
    }
}

/// The type without its parameters, in lower case; nothing when it cannot be read.
fn media_type(text: &str) -> Option<String> {
    let mut parts = text.split(';');
    let named = parts.next()?.trim().to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte))
    };
    let well_named = match named.split_once('/') {
        Some((class, kind)) => is_token(class) && is_token(kind),
        None => is_token(&named),
    };
    let parameters = parts.all(|parameter| {
        let parameter = parameter.trim();
        match parameter.split_once('=') {
            Some((name, value)) => is_token(name.trim_end()) && !value.is_empty(),
            None => parameter.is_empty(),
        }
    });
    (well_named && parameters).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_what_flux_takes_for_it() {
        let cases = [
            (None, false),
            (Some(""), false),
            (Some("application/json"), true),
            (Some("Application/JSON; charset=utf-8"), true),
            (Some("text/plain, application/json"), true),
            (Some("application/json;"), true),
            (Some("application/json; charset"), false),
            (Some("not a type, application/json"), false),
            (Some("application/vnd.api+json"), false),
            (Some("application/x-www-form-urlencoded"), false),
        ];
        for (content_type, expected) in cases {
            let request = Request::new(content_type, Bytes::from_static(b"{}"));
            assert_eq!(
                matches!(request, Request::Json(_)),
                expected,
                "{content_type:?}"
            );
        }
    }

    #[test]
    fn a_body_is_parsed_as_go_parses_it() {
        let cases = [
            ("{}", true),
            ("null", true),
            (r#"{"a":1} rest"#, true),
            ("{\"a\":\"\u{fffd}\"}", true),
            ("", false),
            ("[]", false),
            ("1", false),
            (r#"{"a":}"#, false),
            (r#"{"a":1e400}"#, false),
        ];
        for (body, expected) in cases {
            let request = Request::Json(Bytes::from_static(body.as_bytes()));
            let parsed = request.parse();
            assert_eq!(parsed.is_ok(), expected, "{body}: {parsed:?}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_told_from_what_is_no_object() {
        let nested = |depth: usize| {
            let inner = depth - 1;
            format!("{{\"a\":{}{}}}", "[".repeat(inner), "]".repeat(inner))
        };
        let cases = [
            (nested(limits::FILTERED_DEPTH), None),
            (
                nested(limits::FILTERED_DEPTH + 1),
                Some(Unreadable::TooDeep),
            ),
            (nested(100_000), Some(Unreadable::TooDeep)),
            (nested(10).replace(']', ""), Some(Unreadable::NotAnObject)),
            ("[]".to_owned(), Some(Unreadable::NotAnObject)),
        ];
        for (body, expected) in cases {
            let length = body.len();
            let parsed = Request::Json(Bytes::from(body)).parse();
            let got = parsed.err().map(|error| error.kind);
            assert_eq!(got, expected, "{length} bytes");
        }
    }
}
