//! Opens the body as JSON. The host allows this once the bound checks have succeeded.

use crate::host::delivery;
use crate::host::document::{self, Json};
use crate::{Refusal, headers};

/// Bytes at the beginning of a body that tell whether it is an object. No sender puts more white space,
/// or another form field of this size, before the payload.
const OPENING: u32 = 4096;

/// The format of a body by its `Content-Type` (RFC 9110, section 8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

impl Format {
    /// Reads a `Content-Type`, without regard to its case and its parameters. `None` for any other type.
    pub fn of(content_type: &str) -> Option<Self> {
        let essence = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        if essence.eq_ignore_ascii_case("application/json") {
            Some(Self::Json)
        } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Some(Self::Form)
        } else {
            None
        }
    }
}

/// The body as a JSON object, whatever its `Content-Type` says.
///
/// # Errors
/// `malformed` when the body does not begin as an object, or may not be read yet. Only the first
/// [`Selection`](crate::Selection) parses it to its end.
pub fn json() -> Result<Json, Refusal> {
    json_that(begins_object)
}

fn json_that(is_one: impl Fn(&[u8]) -> bool) -> Result<Json, Refusal> {
    let opening = opening();
    if opening.as_ref().is_some_and(|opening| !is_one(opening)) {
        return Err(Refusal::Malformed("the body is not a JSON object".into()));
    }
    let document = document::from_body().map_err(Refusal::Malformed)?;
    parsed(document, opening.is_some())
}

/// The body as a JSON array, whatever its `Content-Type` says. `None` for any other body.
///
/// # Errors
/// `malformed` when it may not be read yet.
pub fn json_list_if_any() -> Result<Option<Json>, Refusal> {
    let opening = opening();
    let begins = |opening: &Vec<u8>| opening.trim_ascii_start().first() == Some(&b'[');
    if !opening.as_ref().is_none_or(begins) {
        return Ok(None);
    }
    let document = document::from_body().map_err(Refusal::Malformed)?;
    let has_elements = |document: &Json| {
        let of_each = document.select(&["/*/".to_owned()]);
        of_each.is_ok_and(|answers| answers.iter().any(|list| !list.is_empty()))
    };
    Ok(Some(document).filter(|document| opening.is_some() || has_elements(document)))
}

/// As [`json`], but a body of `null` is a document without members. Flux accepts it too: Go's
/// `encoding/json` decodes `null` into any value.
///
/// # Errors
/// As [`json`].
pub fn json_or_null() -> Result<Json, Refusal> {
    json_that(|opening| begins_object(opening) || opening.trim_ascii() == b"null")
}

/// The JSON object in the body, or in the field `field` of a form. The `Content-Type` decides which.
///
/// # Errors
/// `malformed` for any other `Content-Type`, and as [`json`].
pub fn json_or_form(field: &str) -> Result<Json, Refusal> {
    match Format::of(&headers::required("content-type")?) {
        Some(Format::Json) => json(),
        Some(Format::Form) => form(field),
        None => Err(neither()),
    }
}

fn form(field: &str) -> Result<Json, Refusal> {
    let opening = opening();
    let begins = |opening: &Vec<u8>| field_begins_object(opening, field);
    if !opening.as_ref().is_none_or(begins) {
        return Err(Refusal::Malformed(
            ["the form field '", field, "' holds no JSON object"].concat(),
        ));
    }
    let document = document::from_form(field).map_err(Refusal::Malformed)?;
    parsed(document, opening.is_some())
}

/// The document. Unless its beginning was `seen`, the host parses it to find out whether it is JSON.
fn parsed(document: Json, seen: bool) -> Result<Json, Refusal> {
    if !seen {
        let anything = document.select(&["/".to_owned()]);
        anything.map_err(Refusal::Malformed)?;
    }
    Ok(document)
}

fn neither() -> Refusal {
    Refusal::Malformed(
        "the content type is neither application/json nor a form: set it at the sender".into(),
    )
}

/// As [`json`], but `None` for a body that is not a JSON object. For providers of Flux, which accepts
/// any authentic body.
pub fn json_if_any() -> Option<Json> {
    json().ok()
}

/// As [`json_or_form`], but `None` where there is no JSON object. For providers of Flux, which accepts
/// any authentic body.
///
/// # Errors
/// `malformed` for any other `Content-Type`, as Flux refuses it, and for a form that has the field
/// twice: readers differ in which one they take.
pub fn json_or_form_if_any(field: &str) -> Result<Option<Json>, Refusal> {
    let content_type = headers::required("content-type")?;
    Ok(match Format::of(&content_type).ok_or_else(neither)? {
        Format::Json => json_if_any(),
        Format::Form => match opening() {
            Some(opening) if field_begins_object(&opening, field) => Some(form(field)?),
            Some(_) => None,
            None => form(field).ok(),
        },
    })
}

/// The beginning of the body. `None` where the body cannot be read raw, because it contains a secret.
fn opening() -> Option<Vec<u8>> {
    delivery::body(0, OPENING).ok()
}

fn begins_object(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'{')
}

fn field_begins_object(form: &[u8], field: &str) -> bool {
    form.split(|byte| *byte == b'&')
        .filter_map(|pair| pair.strip_prefix(field.as_bytes())?.strip_prefix(b"="))
        .any(|value| begins_object(&decoded_opening(value)))
}

/// The beginning of a form value, decoded up to its first character that is not white space.
fn decoded_opening(mut value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let [first, rest @ ..] = value {
        let mut byte = [*first];
        value = rest;
        match first {
            b'+' => byte = [b' '],
            b'%' => {
                let Some((digits, after)) = rest.split_at_checked(2) else {
                    break;
                };
                if hex::decode_to_slice(digits, &mut byte).is_err() {
                    break;
                }
                value = after;
            }
            _ => {}
        }
        out.extend(byte);
        if !byte.trim_ascii().is_empty() {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_two_content_types() {
        for (text, format) in [
            ("application/json", Some(Format::Json)),
            ("Application/JSON ; charset=utf-8", Some(Format::Json)),
            ("application/x-www-form-urlencoded", Some(Format::Form)),
            ("application/x-www-form-urlencoded;a=b", Some(Format::Form)),
            ("application/jsonp", None),
            ("application/vnd.api+json", None),
            ("text/plain; application/json", None),
            ("", None),
        ] {
            assert_eq!(Format::of(text), format, "{text:?}");
        }
    }

    #[test]
    fn tells_an_object_by_its_first_sign() {
        for text in ["{", " \r\n\t{}", "{\"a\":1}"] {
            assert!(begins_object(text.as_bytes()), "{text:?}");
        }
        for text in ["", "  ", "[]", "\"{\"", "null", "payload={}", "\u{feff}{}"] {
            assert!(!begins_object(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn tells_an_object_in_a_form_field() {
        for form in [
            "payload=%7B%22ref%22",
            "payload=%7b",
            "payload={}",
            "payload=+%20%0A%7B%7D",
            "a=b&payload=%7B",
        ] {
            assert!(field_begins_object(form.as_bytes(), "payload"), "{form}");
        }
        for form in [
            "",
            "payload",
            "payload=",
            "payload=%5B%5D",
            "payload=%",
            "payload=%7",
            "payload=%zz",
            "payloads=%7B",
            "a=%7B",
            "a=payload=%7B",
        ] {
            assert!(!field_begins_object(form.as_bytes(), "payload"), "{form}");
        }
    }
}
