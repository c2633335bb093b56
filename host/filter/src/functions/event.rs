//! How functions read `event`, and what they pay for the patterns they are given.

use cel::ExecutionError;
use cel::common::traits::Indexer;
use cel::common::types::CelString;
use cel::common::value::{CowVal, Val};

use super::arguments::{CallResult, list_of, text_of};
use super::ref_globs::RefGlobs;
use crate::meter::{price_of_bytes, spend};
use crate::value::PRESENT;

/// The largest number of patterns in one call.
pub(super) const PATTERNS: usize = 8;
/// The price of compiling the patterns of one call during an evaluation: at worst it takes 2 ms.
const COMPILING: u64 = 40_000;

/// A member, which reads as empty when it is absent.
pub(super) fn member<'b, 'v>(object: &'b (dyn Val + 'v), name: &str) -> CallResult<'b, 'v> {
    let indexer: Option<&dyn Indexer> = object.as_indexer();
    let indexer = indexer.ok_or_else(|| ExecutionError::no_such_overload(name, Vec::new()))?;
    indexer.get(&CelString::from(name))
}

/// A member, if it is present.
pub(super) fn present_member<'b, 'v>(
    object: &'b (dyn Val + 'v),
    name: &str,
) -> Option<CowVal<'b, 'v>> {
    member(object, &format!("{PRESENT}{name}")).ok()
}

/// Whether the test holds for some element of that list of an event.
pub(super) fn any_in(
    event: &dyn Val,
    list: &str,
    test: impl Fn(&dyn Val) -> Result<bool, ExecutionError>,
) -> Result<bool, ExecutionError> {
    let changes = member(event, list)?;
    let mut changes = list_of(changes.as_ref())?.iter();
    while let Some(change) = changes.next() {
        spend(1)?;
        if test(change)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the globs match the ref in that member of a change. A ref that is not sent matches.
pub(super) fn matches_ref(
    globs: &RefGlobs,
    change: &dyn Val,
    field: &str,
) -> Result<bool, ExecutionError> {
    match present_member(change, field) {
        Some(reference) => globs.match_ref(text_of(reference.as_ref())?),
        None => Ok(true),
    }
}

/// The event, and the texts that follow it among the arguments.
pub(super) fn event_and_texts<'a, 'b, 'v>(
    args: &'a [CowVal<'b, 'v>],
) -> Result<(&'a (dyn Val + 'v), Vec<&'a str>), ExecutionError> {
    let (event, texts) = args
        .split_first()
        .ok_or_else(ExecutionError::missing_argument_or_target)?;
    let texts: Result<Vec<&str>, _> = texts.iter().map(|text| text_of(text.as_ref())).collect();
    Ok((event.as_ref(), texts?))
}

pub(super) fn pay_to_compile(patterns: &[&str]) -> Result<(), ExecutionError> {
    let bytes = patterns.iter().map(|pattern| pattern.len()).sum();
    spend(COMPILING + 16 * price_of_bytes(bytes))
}
