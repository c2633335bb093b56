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
    text::printable(&innermost.to_string(), limits::GUEST_TEXT)
}
