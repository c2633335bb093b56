//! Members of an event: the pointers by which they are read, and the refusals that name them.

use bellpull_sdk::{Refusal, Selection};

pub(crate) const ENVIRONMENT: &str = "/subject/content/environment/id";
pub(crate) const CHANGE: &str = "/subject/content/change/id";
pub(crate) const SIGNATURE: &str = "/subject/content/signature";
pub(crate) const TICKET: &str = "/subject/content/ticketURI";
pub(crate) const PIPELINE: &str = "/subject/content/pipelineName";
pub(crate) const NAME: &str = "/subject/content/name";
pub(crate) const ARTIFACT: &str = "/subject/content/artifactId";
pub(crate) const FORMAT: &str = "/subject/content/format";
pub(crate) const URI: &str = "/subject/content/uri";
pub(crate) const URL: &str = "/subject/content/url";
pub(crate) const PAGE: &str = "/subject/content/viewUrl";
pub(crate) const REPOSITORY: &str = "/subject/content/repository/id";
pub(crate) const SUMMARY: &str = "/subject/content/summary";
pub(crate) const CREATOR: &str = "/subject/content/creator";
pub(crate) const RESOLUTION: &str = "/subject/content/resolution";
pub(crate) const OUTCOME: &str = "/subject/content/outcome";
pub(crate) const OUTPUT_TYPE: &str = "/subject/content/outputType";

/// The text of a member that an event must have.
///
/// # Errors
/// `malformed` when it is missing, empty or another type than a string.
pub(crate) fn required<'p>(payload: &'p Selection, pointer: &str) -> Result<&'p str, Refusal> {
    payload
        .text(pointer)
        .ok_or_else(|| malformed(pointer, "is missing, empty or no string"))
}

/// Checks that a member is one of these words.
///
/// # Errors
/// As [`required`], and `malformed` for another word.
pub(crate) fn one_of(payload: &Selection, pointer: &str, words: &[&str]) -> Result<(), Refusal> {
    if words.contains(&required(payload, pointer)?) {
        return Ok(());
    }
    Err(malformed(pointer, "is not a word that the schema allows"))
}

/// The refusal of an event that is wrong in one member. The specification writes `/context/id` as
/// `context.id`.
pub(crate) fn malformed(pointer: &str, flaw: &str) -> Refusal {
    let dotted = pointer.trim_start_matches('/').replace('/', ".");
    Refusal::Malformed([&dotted, " ", flaw].concat())
}
