//! What a delivery presents at a place that a binding names.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::http::header::COOKIE;
use bellpull_core::{Delivery, Source};

use crate::json;

/// What `delivery` presents here: `None` when it is absent, given twice, or of another form.
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

/// What `delivery` presents at exactly one of these places: `None` when none or several of them hold
/// something. What is empty is nothing.
#[must_use]
pub fn presented_at(places: &[Source], delivery: &Delivery) -> Option<Vec<u8>> {
    let held = places.iter().filter_map(|place| presented(place, delivery));
    only(held.filter(|held| !held.is_empty()))
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
    // The user name holds no colon; the password may (RFC 7617, section 2).
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (username, rest) = decoded.split_at_checked(colon)?;
    Some((username.to_vec(), rest.strip_prefix(b":")?.to_vec()))
}

/// The one value of a cookie. HTTP/2 may spread cookies over several headers (RFC 9113, section 8.2.3).
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

/// The text at `pointer` in a JSON body.
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
        }
    }

    #[test]
    fn presents_what_the_delivery_carries_once() {
        let twice = [("x-token", "a"), ("x-token", "a")];
        let scheme = |scheme: &str| Source::Scheme {
            header: "Authorization".into(),
            scheme: scheme.into(),
        };
        let basic = [("authorization", "basic dXNlcjpwYTpzcw==")];
        let cases: &[(Source, Delivery, Option<&str>)] = &[
            (
                Source::Header("X-Token".into()),
                delivery("/", &[("x-token", "a")], ""),
                Some("a"),
            ),
            (
                Source::Header("X-Token".into()),
                delivery("/", &twice, ""),
                None,
            ),
            (
                Source::Bearer("authorization".into()),
                delivery("/", &[("authorization", "bEARER  tok")], ""),
                Some("tok"),
            ),
            (
                Source::Bearer("authorization".into()),
                delivery("/", &[("authorization", "Bearertok")], ""),
                None,
            ),
            (
                Source::BasicUsername,
                delivery("/", &basic, ""),
                Some("user"),
            ),
            (
                Source::BasicPassword,
                delivery("/", &basic, ""),
                Some("pa:ss"),
            ),
            (
                Source::BasicPassword,
                delivery("/", &[("authorization", "Basic !")], ""),
                None,
            ),
            (
                scheme("token"),
                delivery("/", &[("authorization", "Token  tok")], ""),
                Some("tok"),
            ),
            (
                scheme("token"),
                delivery("/", &[("authorization", "Tokens tok")], ""),
                None,
            ),
            (
                Source::Cookie("b".into()),
                delivery("/", &[("cookie", "bb=1; b=2;c=3")], ""),
                Some("2"),
            ),
            (
                Source::Cookie("b".into()),
                delivery("/", &[("cookie", "a=1"), ("cookie", "b=2=2")], ""),
                Some("2=2"),
            ),
            (
                Source::Cookie("b".into()),
                delivery("/", &[("cookie", "b=1; b=1")], ""),
                None,
            ),
            (
                Source::Query("k".into()),
                delivery("/p?k=a%20b", &[], ""),
                Some("a b"),
            ),
            (
                Source::Query("k".into()),
                delivery("/p?k=a&k=a", &[], ""),
                None,
            ),
            (
                Source::Form("f".into()),
                delivery("/", &[], "f=a+b"),
                Some("a b"),
            ),
            (
                Source::Member("/a/b".into()),
                delivery("/", &[], r#"{"a":{"b":"c"}}"#),
                Some("c"),
            ),
            (
                Source::Member("/a".into()),
                delivery("/", &[], r#"{"a":1}"#),
                None,
            ),
        ];
        for (source, delivery, expected) in cases {
            let got = presented(source, delivery);
            assert_eq!(
                got.as_deref(),
                expected.map(str::as_bytes),
                "{source:?} of {:?} {:?}",
                delivery.target,
                delivery.headers
            );
        }
    }

    #[test]
    fn exactly_one_place_holds_a_value() {
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
            let got = presented_at(&places, &delivery("/", headers, ""));
            assert_eq!(got.as_deref(), expected.map(str::as_bytes), "{headers:?}");
        }
    }
}
