use crate::{Part, Piece, names};

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

    /// The one text in the JSON body, by an RFC 6901 pointer that passes only through objects.
    pub fn member(pointer: &str) -> Self {
        Self::of("member", &[pointer])
    }

    /// The method, in upper case: `@method` of RFC 9421, section 2.2.1.
    pub fn method() -> Self {
        Self::of("method", &[])
    }

    /// The request target. It contains the secret path, so it can be signed but not read.
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

    /// Bytes that the component chooses.
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
