use crate::host::crypto::PublicKey;
use crate::{Part, Piece, Source, names};

impl Source {
    /// A header's whole value.
    pub fn header(name: &str) -> Self {
        Self::of("header", &[name])
    }

    /// What follows `Bearer ` in a header (RFC 6750, section 2.1), which usually is `authorization`.
    pub fn bearer(header: &str) -> Self {
        Self::of("bearer", &[header])
    }

    /// What follows another scheme in a header (RFC 9110, section 11.4), whatever its case.
    pub fn scheme(header: &str, scheme: &str) -> Self {
        Self::of("scheme", &[header, scheme])
    }

    /// The user name of a Basic `authorization` (RFC 7617).
    pub fn basic_username() -> Self {
        Self::of("basic-username", &[])
    }

    /// The password of a Basic `authorization` (RFC 7617).
    pub fn basic_password() -> Self {
        Self::of("basic-password", &[])
    }

    /// The value of a cookie (RFC 6265, section 4.2).
    pub fn cookie(name: &str) -> Self {
        Self::of("cookie", &[name])
    }

    /// A query parameter, percent-decoded.
    pub fn query(name: &str) -> Self {
        Self::of("query", &[name])
    }

    /// A text in the JSON body, by an RFC 6901 pointer through objects only.
    pub fn member(pointer: &str) -> Self {
        Self::of("member", &[pointer])
    }

    /// A field of an `application/x-www-form-urlencoded` body, decoded.
    pub fn form(field: &str) -> Self {
        Self::of("form", &[field])
    }

    fn of(kind: &str, arguments: &[&str]) -> Self {
        Self {
            kind: kind.into(),
            arguments: names(arguments),
        }
    }
}

impl Part {
    /// The body's exact bytes.
    pub fn body() -> Self {
        Self::of("body", &[])
    }

    /// The one value of a header.
    pub fn header(name: &str) -> Self {
        Self::of("header", &[name])
    }

    /// The one decoded value of a form field.
    pub fn form(field: &str) -> Self {
        Self::of("form", &[field])
    }

    /// The one text in the JSON body, by an RFC 6901 pointer through objects only.
    pub fn member(pointer: &str) -> Self {
        Self::of("member", &[pointer])
    }

    /// The method, in upper case: `@method` of RFC 9421, section 2.2.1.
    pub fn method() -> Self {
        Self::of("method", &[])
    }

    /// The request target. It holds the secret path: it can be signed, not read.
    pub fn target() -> Self {
        Self::of("target", &[])
    }

    /// The query string without `?`.
    pub fn query() -> Self {
        Self::of("query", &[])
    }

    /// The one value of a query parameter, percent-decoded.
    pub fn parameter(name: &str) -> Self {
        Self::of("query", &[name])
    }

    /// A derived component of RFC 9421 by its name there: `@authority`, `@path` or `@query`.
    pub fn derived(component: &str) -> Self {
        Self::of(component, &[])
    }

    /// Bytes of the component's own.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into())
    }

    fn of(kind: &str, arguments: &[&str]) -> Self {
        Self::Piece(Piece {
            kind: kind.into(),
            arguments: names(arguments),
        })
    }
}

impl PublicKey {
    /// SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
    pub fn pem(text: &str) -> Self {
        Self::of("pem", text.into())
    }

    /// An X.509 certificate, DER or PEM.
    pub fn certificate(bytes: Vec<u8>) -> Self {
        Self::of("certificate", bytes)
    }

    /// The 32 bytes of an Ed25519 key.
    pub fn ed25519(bytes: Vec<u8>) -> Self {
        Self::of("ed25519", bytes)
    }

    /// The public key in PEM that the Receiver's Secret has under this key.
    pub fn credential(name: &str) -> Self {
        Self::of("credential", name.into())
    }

    fn of(kind: &str, key: Vec<u8>) -> Self {
        Self {
            kind: kind.into(),
            key,
        }
    }
}
