//! What of a request becomes `req`.

use std::cell::Cell;

use bellpull_core::{Bytes, Unreadable, limits};
use bellpull_proof::json;
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

/// What a list or map takes, with its place in the one around it, bytes.
const LIST_OR_MAP: usize = 88;
/// What one more element takes, bytes, its text excepted; twice where the vector has just grown.
const ELEMENT: usize = 56;
/// What a key takes beside its value, bytes.
const KEY: usize = 64;

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

    /// What the parsed body takes in memory, bytes, by what can be counted before it is parsed: an
    /// estimate from above, for values as [`Node`] holds them and the vectors that they are read
    /// into.
    pub(crate) fn weight(&self) -> usize {
        let Self::Json(body) = self else { return 0 };
        let values = body.iter().map(|byte| match byte {
            b'[' | b'{' => LIST_OR_MAP,
            b',' => ELEMENT,
            b':' => KEY,
            _ => 0,
        });
        body.len() + values.sum::<usize>()
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

    /// What an allocator gives for so many bytes.
    fn allocated(bytes: usize) -> usize {
        if bytes == 0 {
            0
        } else {
            bytes.next_multiple_of(16) + 8
        }
    }

    /// What a value takes beside its own place.
    fn taken(node: &Node) -> usize {
        // Two counts, a length and a pointer to the elements, and what it takes to read all.
        const SHARED: usize = 40;
        match node {
            Node::Text(text) => allocated(text.inner().len()),
            Node::List(list) => {
                let elements = list.elements();
                allocated(SHARED)
                    + allocated(size_of_val(elements))
                    + elements.iter().map(taken).sum::<usize>()
            }
            Node::Map(map) => {
                let entries = map.entries();
                let texts = entries.iter();
                let texts = texts.map(|(key, value)| allocated(key.inner().len()) + taken(value));
                allocated(SHARED) + allocated(size_of_val(entries)) + texts.sum::<usize>()
            }
            _ => 0,
        }
    }

    #[test]
    fn what_parsing_takes_is_known_before() {
        let shapes = [
            "{}",
            "[]",
            "1",
            r#""a""#,
            r#""aaaaaaaaaaaaaaaaaaaaaaaa""#,
            r#"{"a":1}"#,
            "[1]",
            r#"{"a":{}}"#,
            "[[]]",
            r#"{"a":1,"b":2,"c":3}"#,
            "[1,1,1]",
            "[[[[[[]]]]]]",
            r#"{"a":{"b":{"c":[null]}}}"#,
        ];
        for shape in shapes {
            let body = format!(r#"{{"a":[{}]}}"#, [shape; 1000].join(","));
            let request = Request::Json(Bytes::from(body));
            let taken = taken(&Node::Map(request.parse().unwrap()));
            let weight = request.weight();
            assert!(
                (taken..3 * taken).contains(&weight),
                "{shape}: {weight} for {taken}"
            );
        }
        assert_eq!(Request::Other.weight(), 0);
    }
}
