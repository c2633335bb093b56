use crate::{Source, names};

impl Source {
    /// A header's whole value.
    pub fn header(name: &str) -> Self {
        Self::of("header", &[name])
    }

    /// The text after `Bearer ` in a header (RFC 6750, section 2.1), usually `authorization`.
    pub fn bearer(header: &str) -> Self {
        Self::of("bearer", &[header])
    }

    /// The text after another scheme in a header (RFC 9110, section 11.4). The scheme compares without
    /// case.
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

    /// A text in the JSON body, by an RFC 6901 pointer that passes only through objects.
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
