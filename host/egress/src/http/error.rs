use std::error::Error;

use bellpull_core::{limits, text};

/// Why a GET has no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GetError {
    /// The policy refuses the destination.
    Refused(String),
    /// The request failed.
    Failed(String),
}

impl GetError {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Refused(text) | Self::Failed(text) => text,
        }
    }
}

/// The text of the innermost error. It says what happened; the outer ones only say where.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let cause = innermost.to_string();
    if cause == NOT_READY {
        return CLOSED.to_owned();
    }
    text::printable(&cause, limits::GUEST_TEXT)
}

/// As hyper tells a connection that ended before the request was sent. Why it ended is lost.
const NOT_READY: &str = "connection was not ready";

/// With TLS 1.3 a server refuses a client's certificate, or its absence, after the client has finished its
/// handshake (RFC 8446, section 4.4.2.4).
const CLOSED: &str = "the server closed the connection before the request was sent; it may demand \
                      another client certificate";
