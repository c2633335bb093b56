//! Observations, in the words of the tables.

use super::row::{FINALIZER, Lines};

/// The Event of a reconciliation that went well.
pub(super) const FINISHED: &str =
    "event: Normal Succeeded: Reconciliation finished, next run in 10m0s";

/// The condition of a Receiver that serves, from its first generation.
pub(super) const READY: &str =
    "Ready=True Succeeded @1: Receiver initialized for path: /hook/$FIRST";

/// The beginning of a condition that only a change of the spec can cure.
pub(super) const TERMINAL: &str = "Reconciliation failed terminally due to configuration error";

pub(super) fn lines(lines: &[&str]) -> Lines {
    lines.iter().map(|&line| line.to_owned()).collect()
}

/// A Receiver that serves.
pub(super) fn ready() -> Lines {
    lines(&[
        READY,
        "webhookPath: /hook/$FIRST",
        "observedGeneration: 1",
        "lastHandledReconcileAt: 1",
        FINISHED,
        FINALIZER,
    ])
}

/// A Receiver that serves, and has answered a delivery so; when with 200, then it has told the
/// GitRepository `app`.
pub(super) fn answered(status: u16) -> Lines {
    let lines = with(ready(), &[&format!("answered: {status}")]);
    if status == 200 {
        with(lines, &["annotated: GitRepository app"])
    } else {
        lines
    }
}

/// A new Receiver whose token cannot be had.
pub(super) fn no_token(message: &str) -> Lines {
    lines(&[
        &format!("Ready=False TokenNotFound @1: {message}"),
        "Reconciling=True ProgressingWithRetry @1: Reconciliation in progress",
        "observedGeneration: -1",
        "lastHandledReconcileAt: 1",
        &format!("event: Warning Failed: {message}"),
        FINALIZER,
    ])
}

/// A new Receiver that only a change of its spec can cure.
pub(super) fn stalled(reason: &str, message: &str) -> Lines {
    lines(&[
        &format!("Ready=False {reason} @1: {TERMINAL}: {message}"),
        &format!("Stalled=True {reason} @1: {TERMINAL}: {message}"),
        "observedGeneration: 1",
        "lastHandledReconcileAt: 1",
        &format!("event: Warning {reason}: {TERMINAL}: {message}"),
        FINALIZER,
    ])
}

pub(super) fn with(mut some: Lines, more: &[&str]) -> Lines {
    some.extend(lines(more));
    some
}

pub(super) fn without(mut some: Lines, fewer: &[&str]) -> Lines {
    for line in fewer {
        assert!(some.remove(*line), "{line:?} is not in {some:?}");
    }
    some
}
