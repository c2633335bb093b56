//! Words of the contract, for sets that may grow.

use bellpull_core::http::HeaderName;
use bellpull_core::text;

/// Says that a word is not known, and which words are.
pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    format!("{what} {} is none of {}", shown(word), known.join(", "))
}

/// A word of the guest, quoted and cut.
pub(super) fn shown(word: &str) -> String {
    format!("{:?}", text::printable(word, 64))
}

/// Whether this is a `token` of RFC 9110, section 5.6.2, as the names of headers are.
pub(super) fn is_token(name: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok()
}

/// Whether a pointer names members of objects only, so that no `*` or index can reach it.
pub(super) fn through_objects(pointer: &str) -> bool {
    pointer.strip_prefix('/').is_some_and(|rest| {
        rest.split('/').all(|segment| {
            segment != "*" && !segment.is_empty() && !segment.bytes().all(|b| b.is_ascii_digit())
        })
    })
}
