//! The account of steps of an evaluation. It belongs to the thread, since cel's functions are plain
//! function pointers. An evaluation never leaves the thread that it began on.

use std::cell::Cell;

use cel::ExecutionError;

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(0) };
    static EXHAUSTED: Cell<bool> = const { Cell::new(false) };
}

/// Bytes of text that one step pays for.
const BYTES: usize = 16;

/// Runs an evaluation with an account of its own. Returns nothing when the account was exhausted,
/// even if the expression went on after the error.
pub(crate) fn with_steps<R>(steps: u64, evaluation: impl FnOnce() -> R) -> Option<R> {
    LEFT.set(steps);
    EXHAUSTED.set(false);
    let result = evaluation();
    (!EXHAUSTED.get()).then_some(result)
}

/// The steps that the last evaluation of this thread has left.
pub(crate) fn left() -> u64 {
    LEFT.get()
}

/// Pays for work before it is done.
///
/// # Errors
/// When the account is exhausted.
pub(crate) fn spend(steps: u64) -> Result<(), ExecutionError> {
    match LEFT.get().checked_sub(steps) {
        Some(left) => {
            LEFT.set(left);
            Ok(())
        }
        None => {
            LEFT.set(0);
            EXHAUSTED.set(true);
            Err(ExecutionError::function_error("meter", "out of steps"))
        }
    }
}

/// The steps of reading or copying so many bytes.
pub(crate) fn price_of_bytes(bytes: usize) -> u64 {
    u64::try_from(bytes / BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1)
}
