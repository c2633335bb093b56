//! The delivery, and the checks that a test may ask for.

use bellpull_sdk::host::{credentials, delivery};
use bellpull_sdk::{Part, Refusal, Source};

/// The first value of a header, empty when there is none.
pub(crate) fn header(name: &str) -> String {
    let values = delivery::header(name);
    let first = values.first().map(Vec::as_slice).unwrap_or_default();
    String::from_utf8_lossy(first).into_owned()
}

/// What `x-arg` says.
pub(crate) fn argument() -> String {
    header("x-arg")
}

/// What `x-arg` says as a number, 0 when it says none.
pub(crate) fn number() -> usize {
    argument().parse().unwrap_or_default()
}

/// The MAC that the delivery presents in `x-mac`.
pub(crate) fn mac() -> Vec<u8> {
    hex::decode(header("x-mac")).unwrap_or_default()
}

/// Checks what `x-prove` names; nothing when it is absent.
pub(crate) fn prove() -> Result<(), Refusal> {
    let proven = match header("x-prove").as_str() {
        "" => true,
        "hmac" => credentials::verify_hmac("token", "sha256", &[Part::Body], &mac()),
        place => credentials::matches("token", &source(place)),
    };
    if proven {
        Ok(())
    } else {
        Err(Refusal::Unauthenticated("no proof".into()))
    }
}

/// Where the bindings of this guest carry their credential.
pub(crate) fn source(place: &str) -> Source {
    match place {
        "bearer" => Source::Bearer("authorization".into()),
        "username" => Source::BasicUsername,
        "password" => Source::BasicPassword,
        "query" => Source::Query("key".into()),
        "member" => Source::Member("/auth/token".into()),
        "form" => Source::Form("token".into()),
        _ => Source::Header("x-token".into()),
    }
}

/// A piece of a message, as a test names it.
pub(crate) fn part(name: &str) -> Part {
    match name {
        "header" => Part::Header("x-signed".into()),
        "query" => Part::Query,
        "method" => Part::Method,
        "target" => Part::Target,
        "form" => Part::Form("field".into()),
        "bytes" => Part::Bytes(b"bytes of its own".to_vec()),
        _ => Part::Body,
    }
}
