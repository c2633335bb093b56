//! Values in the query, headers, cookies, forms and documents of a delivery, and checks of credentials there.

use std::borrow::Cow;

use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{
    Authentication, Binding, Bytes, CredentialUse, Delivery, DeliveryId, Encoding, Methods,
    SecretBytes, SecretData, Source, Timestamp,
};
use bellpull_proof::{
    CredentialError, Credentials, HmacAlgorithm, Part, covers_content, is_challenge, message_parts,
    presented, presented_at_one_of, sign,
};

use crate::FuzzTarget;
use crate::input::{headers, text_lines};

/// The first line is a request target, the next ones up to an empty one headers, the rest a body.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "presented",
    run,
};

fn places() -> [Source; 9] {
    let named = |name: &str| name.to_owned();
    [
        Source::Query(named("k")),
        Source::Form(named("f")),
        Source::Member(named("/m")),
        Source::Header(named("x-token")),
        Source::Bearer(named("authorization")),
        Source::Scheme {
            header: named("authorization"),
            scheme: named("token"),
        },
        Source::Cookie(named("c")),
        Source::BasicUsername,
        Source::BasicPassword,
    ]
}

fn parts() -> [Part; 10] {
    [
        Part::Method,
        Part::Target,
        Part::Path,
        Part::QueryComponent,
        Part::Query,
        Part::Body,
        Part::Authority,
        Part::Header("x-time".to_owned()),
        Part::Parameter("k".to_owned()),
        Part::Form("f".to_owned()),
    ]
}

fn run(input: &[u8]) {
    let Some((lines, body)) = text_lines(input) else {
        return;
    };
    let delivery = Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::UNIX_EPOCH,
        method: Method::POST,
        target: lines.first().copied().unwrap_or_default().to_owned(),
        headers: headers(lines.get(1..).unwrap_or_default()),
        body: Bytes::copy_from_slice(body),
        client: Default::default(),
    };
    reads_as_a_form(&delivery);
    reads_headers(&delivery.headers, &delivery);
    for place in places() {
        let value = presented(&place, &delivery);
        let one = presented_at_one_of(std::slice::from_ref(&place), &delivery);
        assert_eq!(one, value.clone().filter(|value| !value.is_empty()));
        if let Some(value) = one {
            matches_what_is_presented(&place, &value, &delivery);
        }
    }
    signs_and_verifies(&delivery);
}

fn reads_as_a_form(delivery: &Delivery) {
    let query = delivery
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let places = [Source::Query("k".to_owned()), Source::Form("f".to_owned())];
    let texts = [("k", query.as_bytes()), ("f", &delivery.body[..])];
    for (place, (name, text)) in places.iter().zip(texts) {
        let expected = once(pairs(text).filter(|(key, _)| key == name));
        let expected = expected.map(|(_, value)| value.into_bytes());
        assert_eq!(presented(place, delivery), expected, "{place:?}");
    }
}

/// By the URL Standard, "application/x-www-form-urlencoded parsing".
fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    let pairs = text
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        (decoded(name), decoded(value))
    })
}

fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let digits = text.get(at + 1..at + 3).map(String::from_utf8_lossy);
        let digits = digits.filter(|digits| digits.bytes().all(|one| one.is_ascii_hexdigit()));
        let escaped = digits.and_then(|digits| u8::from_str_radix(&digits, 16).ok());
        match (byte, escaped) {
            (b'%', Some(escaped)) => {
                bytes.push(escaped);
                at += 2;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn reads_headers(headers: &HeaderMap, delivery: &Delivery) {
    let of = |name: &str| once(headers.iter().filter(|(found, _)| found.as_str() == name));
    let whole = of("x-token").map(|(_, value)| value.as_bytes().to_vec());
    assert_eq!(
        presented(&Source::Header("X-Token".to_owned()), delivery),
        whole
    );
    let bearer = presented(&Source::Bearer("Authorization".to_owned()), delivery);
    let basic = presented(&Source::BasicPassword, delivery);
    assert!(
        bearer.is_none() || basic.is_none(),
        "two schemes in one header"
    );
    if of("authorization").is_none() {
        assert_eq!((bearer, basic), (None, None), "absent or repeated");
    }
}

fn once<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// A value that is presented is one that can be presented, and matches itself and nothing else.
fn matches_what_is_presented(place: &Source, value: &[u8], delivery: &Delivery) {
    let wanted = CredentialUse {
        key: "token".to_owned(),
        encoding: Encoding::Text,
        proves: true,
        presented: vec![place.clone()],
    };
    let binding = Binding {
        authentication: Authentication::Secret,
        credentials: vec![wanted],
        methods: Methods::Any,
        tokens: Vec::new(),
        issuers: Vec::new(),
        client_names: None,
        parses_before_verify: false,
        answers_handshakes: false,
        reply_macs: false,
        warnings: Vec::new(),
    };
    let prepared = |value: &[u8]| {
        let secret: SecretData = [("token".to_owned(), SecretBytes::new(value.to_vec()))].into();
        Credentials::prepare(&secret, &binding)
    };
    let matches = |credentials: &Credentials| {
        credentials.matches("token", std::slice::from_ref(place), delivery)
    };
    match prepared(value) {
        Ok(credentials) => assert!(matches(&credentials), "{place:?}"),
        Err(errors) => {
            let unpresentable =
                |error: &CredentialError| matches!(error, CredentialError::Unpresentable(..));
            let is_cookie = matches!(place, Source::Cookie(_));
            assert!(is_cookie || !errors.iter().any(unpresentable), "{errors:?}");
        }
    }
    let other = [value, b"x"].concat();
    if let Ok(credentials) = prepared(&other) {
        assert!(!matches(&credentials), "{place:?} matches another value");
    }
}

fn signs_and_verifies(delivery: &Delivery) {
    let parts = parts();
    let present: Vec<Part> = parts
        .into_iter()
        .filter(|part| message_parts(delivery, std::slice::from_ref(part)).is_some())
        .collect();
    let message = message_parts(delivery, &present).expect("each part is there");
    let borrowed: Vec<&[u8]> = message.iter().map(AsRef::as_ref).collect();
    assert!(covers_content(
        &[Part::Target],
        &[Cow::Borrowed(borrowed[1])],
        false
    ));
    assert!(
        !is_challenge(&borrowed),
        "POST and a target are no challenge"
    );
    if !delivery.path().is_empty() {
        let query = delivery.query().map_or(&b""[..], |_| borrowed[3]);
        assert_eq!([borrowed[2], query].concat(), borrowed[1], "path and query");
    }
    let key = SecretBytes::new(b"0123456789abcdef".to_vec());
    let mac = |parts: &[&[u8]]| sign(&key, "k", Encoding::Text, HmacAlgorithm::Sha256, parts);
    let whole = borrowed.concat();
    assert_eq!(
        mac(&borrowed),
        mac(&[&whole]),
        "a message is its parts, one after another"
    );
}
