//! The values that a delivery presents at the places of a binding.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::http::header::COOKIE;
use bellpull_core::{Delivery, Source};

use crate::json;

/// The value that `delivery` presents at a place. `None` if it is absent, given twice or malformed.
#[must_use]
pub fn presented(source: &Source, delivery: &Delivery) -> Option<Vec<u8>> {
    match source {
        Source::Header(name) => delivery.single_header(name).map(<[u8]>::to_vec),
        Source::Bearer(name) => {
            after_scheme(delivery.single_header(name)?, "bearer").map(<[u8]>::to_vec)
        }
        Source::Scheme { header, scheme } => {
            after_scheme(delivery.single_header(header)?, scheme).map(<[u8]>::to_vec)
        }
        Source::Cookie(name) => cookie(delivery, name).map(<[u8]>::to_vec),
        Source::BasicUsername => basic(delivery).map(|(username, _)| username),
        Source::BasicPassword => basic(delivery).map(|(_, password)| password),
        Source::Query(name) => only(delivery.query_values(name)).map(String::into_bytes),
        Source::Form(field) => only(delivery.form_values(field)).map(String::into_bytes),
        Source::Member(pointer) => member(&delivery.body, pointer),
    }
}

/// The value that `delivery` presents at exactly one of these places. `None` if no place or several
/// places have a value. An empty value counts as absent.
#[must_use]
pub fn presented_at_one_of(places: &[Source], delivery: &Delivery) -> Option<Vec<u8>> {
    let values = places.iter().filter_map(|place| presented(place, delivery));
    only(values.filter(|value| !value.is_empty()))
}

/// The credentials after an authentication scheme, whose name compares without case (RFC 9110,
/// section 11.1).
fn after_scheme<'a>(value: &'a [u8], scheme: &str) -> Option<&'a [u8]> {
    let (name, rest) = value.split_at_checked(scheme.len())?;
    if !name.eq_ignore_ascii_case(scheme.as_bytes()) {
        return None;
    }
    rest.strip_prefix(b" ").map(<[u8]>::trim_ascii_start)
}

fn basic(delivery: &Delivery) -> Option<(Vec<u8>, Vec<u8>)> {
    let encoded = after_scheme(delivery.single_header("authorization")?, "basic")?;
    let decoded = BASE64_STANDARD.decode(encoded).ok()?;
    // The user name has no colon. The password may have one (RFC 7617, section 2).
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (username, rest) = decoded.split_at_checked(colon)?;
    Some((username.to_vec(), rest.strip_prefix(b":")?.to_vec()))
}

/// The value of a cookie that is given once. HTTP/2 may spread cookies over several headers (RFC
/// 9113, section 8.2.3).
fn cookie<'a>(delivery: &'a Delivery, name: &str) -> Option<&'a [u8]> {
    let headers = delivery.headers.get_all(COOKIE).iter();
    let pairs = headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    only(pairs.filter_map(|pair| {
        let value = pair.trim_ascii().strip_prefix(name.as_bytes())?;
        value.strip_prefix(b"=")
    }))
}

pub(crate) fn only<T>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// The string at `pointer` in a JSON body.
pub(crate) fn member(body: &[u8], pointer: &str) -> Option<Vec<u8>> {
    let selector = json::Pointers::parse(&[pointer], &[]).ok()?;
    let answers = selector.select(body).ok()?;
    match answers.into_iter().next()?.into_iter().next()? {
        json::Value::Text(text) => Some(text.into_bytes()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bellpull_core::DeliveryId;
    use http::{HeaderMap, Method};

    fn delivery(target: &str, headers: &[(&'static str, &str)], body: &str) -> Delivery {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Delivery {
            id: DeliveryId::generate(),
            received: jiff::Timestamp::UNIX_EPOCH,
            method: Method::POST,
            target: target.into(),
            headers: map,
            body: bytes::Bytes::copy_from_slice(body.as_bytes()),
            client: Default::default(),
        }
    }

    fn scheme(scheme: &str) -> Source {
        Source::Scheme {
            header: "Authorization".into(),
            scheme: scheme.into(),
        }
    }

    type Headers = Vec<(&'static str, &'static str)>;

    /// A place in a header, the headers of a delivery, and the value at that place.
    type HeaderCase = (Source, Headers, Option<&'static str>);

    fn header_cases() -> Vec<HeaderCase> {
        let header = || Source::Header("X-Token".into());
        let bearer = || Source::Bearer("authorization".into());
        let cookie = || Source::Cookie("b".into());
        let authorization = |value| vec![("authorization", value)];
        let basic = || authorization("basic dXNlcjpwYTpzcw==");
        vec![
            (header(), vec![("x-token", "a")], Some("a")),
            (header(), vec![("x-token", "a"), ("x-token", "a")], None),
            (bearer(), authorization("bEARER  tok"), Some("tok")),
            (bearer(), authorization("Bearertok"), None),
            (Source::BasicUsername, basic(), Some("user")),
            (Source::BasicPassword, basic(), Some("pa:ss")),
            (Source::BasicPassword, authorization("Basic !"), None),
            (scheme("token"), authorization("Token  tok"), Some("tok")),
            (scheme("token"), authorization("Tokens tok"), None),
            (cookie(), vec![("cookie", "bb=1; b=2;c=3")], Some("2")),
            (
                cookie(),
                vec![("cookie", "a=1"), ("cookie", "b=2=2")],
                Some("2=2"),
            ),
            (cookie(), vec![("cookie", "b=1; b=1")], None),
        ]
    }

    #[test]
    fn reads_a_value_that_a_header_has_once() {
        for (source, headers, expected) in header_cases() {
            let got = presented(&source, &delivery("/", &headers, ""));
            let expected = expected.map(str::as_bytes);
            assert_eq!(got.as_deref(), expected, "{source:?} of {headers:?}");
        }
    }

    #[test]
    fn reads_a_value_that_the_query_or_the_body_has_once() {
        let query = || Source::Query("k".into());
        let form = Source::Form("f".into());
        let member = |pointer: &str| Source::Member(pointer.into());
        for (source, target, body, expected) in [
            (query(), "/p?k=a%20b", "", Some("a b")),
            (query(), "/p?k=a&k=a", "", None),
            (form, "/", "f=a+b", Some("a b")),
            (member("/a/b"), "/", r#"{"a":{"b":"c"}}"#, Some("c")),
            (member("/a"), "/", r#"{"a":1}"#, None),
        ] {
            let got = presented(&source, &delivery(target, &[], body));
            let expected = expected.map(str::as_bytes);
            assert_eq!(got.as_deref(), expected, "{source:?} of {target} {body}");
        }
    }

    #[test]
    fn exactly_one_place_has_a_value() {
        let places = ["x-a", "x-b"].map(|name| Source::Header(name.into()));
        let cases = [
            (&[] as &[(&'static str, &str)], None),
            (&[("x-a", "1")], Some("1")),
            (&[("x-b", "2")], Some("2")),
            (&[("x-a", "1"), ("x-b", "1")], None),
            (&[("x-a", ""), ("x-b", "2")], Some("2")),
            (&[("x-a", "1"), ("x-a", "1")], None),
        ];
        for (headers, expected) in cases {
            let got = presented_at_one_of(&places, &delivery("/", headers, ""));
            assert_eq!(got.as_deref(), expected.map(str::as_bytes), "{headers:?}");
        }
    }
}
