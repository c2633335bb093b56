//! Where another delivery or worker may come between, what runs a worker, and what has it sleep.
//!
//! In a test of all interleavings these are those of the model. Nothing else is replaced: its tests run this
//! crate's code over tokio's own primitives and timers.

#[cfg(test)]
pub(crate) use crate::tests::model::{interleave, sleep_until, spawn};
#[cfg(not(test))]
pub(crate) use tokio::{spawn, time::sleep_until};

/// Marks the beginning of a step: what the caller does until the next mark, or until it waits, is one step
/// for all others. Each use of what is shared begins one.
#[cfg(not(test))]
pub(crate) fn interleave() {}
