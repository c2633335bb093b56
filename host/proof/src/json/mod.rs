//! JSON asked by pointer. One pass over the text builds no tree: what no pointer asks for is
//! skipped, what one asks for is sliced out.

mod lenient;
mod pointer;
mod visit;

#[cfg(test)]
mod tests;

pub use lenient::lenient;
pub use pointer::{PointerError, Pointers};

use bellpull_core::limits;

/// What stands at a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Missing,
    /// `null`.
    Null,
    Boolean(bool),
    /// A number as it was written.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array or object, as JSON.
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

/// Why a document gives no answers. Says nothing of the document's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// The text is not JSON.
    #[error("not JSON (line {line}, column {column})")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The answers are too many or too long.
    #[error(
        "more than {} answers or {} bytes of them",
        limits::JSON_ANSWERS,
        limits::JSON_ANSWER_BYTES
    )]
    TooMuch,
}
