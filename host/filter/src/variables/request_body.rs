use std::cell::Cell;
use std::sync::OnceLock;

use bellpull_core::{Bytes, UnreadableBody, limits};
use bellpull_proof::json;
use serde::de::DeserializeSeed as _;

use crate::value::{Json, Map, SharedValue};

/// The body of a request, from which expressions get `req`.
#[derive(Clone, Debug, Default)]
pub enum RequestBody {
    /// Its type says that it is JSON.
    Json(Bytes),
    /// Of another type: `req` is an empty object.
    #[default]
    Other,
}

/// A body that is not what its type says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to parse request body as JSON: {what}")]
pub struct RequestBodyError {
    pub kind: UnreadableBody,
    /// The message of the parser, with the place.
    pub what: String,
}

/// The memory of a list or map, with its own place in the one around it, bytes.
const LIST_OR_MAP: usize = 88;
/// The memory of one more element without its text, bytes. A vector that has just grown takes
/// twice that.
const ELEMENT: usize = 56;
/// The memory of a key without its value, bytes.
const KEY: usize = 64;

impl RequestBody {
    /// The body of a request with this `Content-Type`. When there are several, give the first.
    ///
    /// Flux also reads a list of types that commas separate, and stops at the first that it cannot
    /// read (notification-controller v1.9.3, `internal/server/receiver_resource_filter.go`).
    #[must_use]
    pub fn new(content_type: Option<&str>, body: Bytes) -> Self {
        let mut types = content_type.unwrap_or_default().split(',');
        let json = types
            .by_ref()
            .map_while(media_type)
            .any(|media_type| media_type == "application/json");
        if json { Self::Json(body) } else { Self::Other }
    }

    /// The memory that the parsed body takes at most, bytes: of the values as [`SharedValue`]
    /// holds them, and of the vectors that they are read into. It is estimated from what can be
    /// counted without parsing.
    fn memory(&self) -> usize {
        let Self::Json(body) = self else { return 0 };
        let values = body.iter().map(|byte| match byte {
            b'[' | b'{' => LIST_OR_MAP,
            b',' => ELEMENT,
            b':' => KEY,
            _ => 0,
        });
        body.len() + values.sum::<usize>()
    }

    /// As Go decodes into a map: the first value of the text must be an object or null, and the
    /// rest of the text is ignored.
    fn parse(&self) -> Result<Map, RequestBodyError> {
        let Self::Json(body) = self else {
            return Ok(Map::new(Vec::new()));
        };
        let text = json::lenient(body);
        let mut json = serde_json::Deserializer::from_str(&text);
        let too_deep = Cell::new(false);
        let wrong = |what: String| RequestBodyError {
            kind: if too_deep.get() {
                UnreadableBody::TooDeep
            } else {
                UnreadableBody::NotAnObject
            },
            what,
        };
        let node = Json::within(limits::FILTERED_DEPTH, &too_deep)
            .deserialize(&mut json)
            .map_err(|error| wrong(error.to_string()))?;
        match node {
            SharedValue::Map(map) => Ok(map),
            SharedValue::Null(_) => Ok(Map::new(Vec::new())),
            _ => Err(wrong("it is not an object".to_owned())),
        }
    }
}

/// The type without its parameters, in lower case. Nothing when it cannot be read.
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

/// A body that is parsed when it is first read.
#[derive(Debug)]
pub(super) struct ParsedBody {
    body: RequestBody,
    parsed: OnceLock<Result<Map, RequestBodyError>>,
}

impl ParsedBody {
    pub(super) fn new(body: RequestBody) -> Self {
        Self {
            body,
            parsed: OnceLock::new(),
        }
    }

    pub(super) fn parsed(&self) -> Result<&Map, &RequestBodyError> {
        self.parsed.get_or_init(|| self.body.parse()).as_ref()
    }

    /// The memory that the parsed body takes at most, bytes.
    pub(super) fn memory(&self) -> usize {
        self.body.memory()
    }
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
            let request = RequestBody::new(content_type, Bytes::from_static(b"{}"));
            assert_eq!(
                matches!(request, RequestBody::Json(_)),
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
            let request = RequestBody::Json(Bytes::from_static(body.as_bytes()));
            let parsed = request.parse();
            assert_eq!(parsed.is_ok(), expected, "{body}: {parsed:?}");
        }
    }

    #[test]
    fn too_deep_is_told_from_not_an_object() {
        let nested = |depth: usize| {
            let inner = depth - 1;
            format!("{{\"a\":{}{}}}", "[".repeat(inner), "]".repeat(inner))
        };
        let cases = [
            (nested(limits::FILTERED_DEPTH), None),
            (
                nested(limits::FILTERED_DEPTH + 1),
                Some(UnreadableBody::TooDeep),
            ),
            (nested(100_000), Some(UnreadableBody::TooDeep)),
            (
                nested(10).replace(']', ""),
                Some(UnreadableBody::NotAnObject),
            ),
            ("[]".to_owned(), Some(UnreadableBody::NotAnObject)),
        ];
        for (body, expected) in cases {
            let length = body.len();
            let parsed = RequestBody::Json(Bytes::from(body)).parse();
            let got = parsed.err().map(|error| error.kind);
            assert_eq!(got, expected, "{length} bytes");
        }
    }

    /// The memory that an allocator takes for so many bytes.
    fn allocated(bytes: usize) -> usize {
        if bytes == 0 {
            0
        } else {
            bytes.next_multiple_of(16) + 8
        }
    }

    /// The memory of a value beside its own place.
    fn taken(node: &SharedValue) -> usize {
        // Two counts, a pointer to the elements and their number, and the cost of reading all.
        const SHARED: usize = 40;
        match node {
            SharedValue::Text(text) => allocated(text.inner().len()),
            SharedValue::List(list) => {
                let elements = list.elements();
                allocated(SHARED)
                    + allocated(size_of_val(elements))
                    + elements.iter().map(taken).sum::<usize>()
            }
            SharedValue::Map(map) => {
                let entries = map.entries();
                let texts = entries.iter();
                let texts = texts.map(|(key, value)| allocated(key.inner().len()) + taken(value));
                allocated(SHARED) + allocated(size_of_val(entries)) + texts.sum::<usize>()
            }
            _ => 0,
        }
    }

    #[test]
    fn the_memory_of_a_body_is_known_before_it_is_parsed() {
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
            let request = RequestBody::Json(Bytes::from(body));
            let taken = taken(&SharedValue::Map(request.parse().unwrap()));
            let memory = request.memory();
            assert!(
                (taken..3 * taken).contains(&memory),
                "{shape}: {memory} for {taken}"
            );
        }
        assert_eq!(RequestBody::Other.memory(), 0);
    }
}
