//! Selects values of a JSON document by pointers, in one pass. No tree is built: values that no
//! pointer selects are skipped, and the others are sliced out of the text.

mod lenient;
mod pointer;
mod visit;

#[cfg(test)]
mod tests;

pub use lenient::lenient;
pub(crate) use lenient::utf16_unit;
pub use pointer::{PointerError, Pointers};

use bellpull_core::limits;

/// The value at a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is no value.
    Missing,
    /// `null`.
    Null,
    Boolean(bool),
    /// A number, as written.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array or object, as JSON text.
    Json(String),
}

impl Value {
    fn size(&self) -> usize {
        match self {
            Self::Missing | Self::Null | Self::Boolean(_) => 0,
            Self::Number(text) | Self::Text(text) | Self::Json(text) => text.len(),
        }
    }
}

/// Why nothing can be selected from a document. The texts contain nothing of the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// The text is not JSON.
    #[error("not JSON (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// The selected values are too many or too long.
    #[error(
        "more than {} answers or {} bytes of them",
        limits::JSON_ANSWERS,
        limits::JSON_ANSWER_BYTES
    )]
    TooMuch,
}
