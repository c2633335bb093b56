//! The status and the Events of a Receiver, made of its state and its last status.
//!
//! Flux's conditions, reasons and messages (fluxcd/notification-controller v1.9.3,
//! `internal/controller/receiver_controller.go`; fluxcd/pkg, `runtime/conditions`).

#[cfg(test)]
mod tests;

use bellpull_api::{Condition, ReceiverStatus};
use jiff::Timestamp;

use crate::{ReasonKind, ReceiverState};
use bellpull_core::Extensions;

const READY: &str = "Ready";
const RECONCILING: &str = "Reconciling";
const STALLED: &str = "Stalled";

/// Precedes the message of a failure that only a change of the Receiver can cure.
const TERMINAL: &str = "Reconciliation failed terminally due to configuration error";
/// The message of `Reconciling`.
const IN_PROGRESS: &str = "Reconciliation in progress";

/// A Receiver as the API server last sent it, as far as its next status depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    pub generation: Option<i64>,
    /// The value of the annotation that requests a reconciliation.
    pub requested_at: Option<String>,
    pub status: ReceiverStatus,
}

/// A status to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The whole status, including the conditions of other controllers.
    pub status: ReceiverStatus,
    /// The Event to be recorded, if the Ready condition has changed.
    pub announcement: Option<Announcement>,
}

/// An Event of a Receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Whether its type is `Warning` or `Normal`.
    pub warning: bool,
    pub reason: &'static str,
    /// The note.
    pub message: String,
}

/// The status to be written for `state`. `None` when the status says so already, when the state is
/// not settled, or when it is of another generation than the one that was observed. `next_run` is
/// `spec.interval` as Go prints it.
#[must_use]
pub fn report(
    observed: &Observed,
    state: &ReceiverState,
    next_run: &str,
    now: Timestamp,
) -> Option<StatusReport> {
    if !state.settled || state.generation != observed.generation {
        return None;
    }
    let before = &observed.status;
    let mut status = before.clone();
    if let Some(requested) = &observed.requested_at {
        status.last_handled_reconcile_at = Some(requested.clone());
    }
    let mut conditions = ConditionEditor {
        status: &mut status,
        generation: state.generation,
        now,
    };
    let announcement = match state.reason.kind() {
        ReasonKind::Resting => {
            conditions.rest();
            None
        }
        ReasonKind::Ready => {
            conditions.succeed(state);
            Some(Announcement {
                warning: false,
                reason: "Succeeded",
                message: format!("Reconciliation finished, next run in {next_run}"),
            })
        }
        ReasonKind::Retried => {
            conditions.retry(state);
            Some(Announcement {
                warning: true,
                reason: "Failed",
                message: state.message.clone(),
            })
        }
        ReasonKind::Terminal => {
            let message = format!("{TERMINAL}: {}", state.message);
            conditions.fail(state, &message);
            Some(Announcement {
                warning: true,
                reason: state.reason.as_str(),
                message,
            })
        }
    };
    if state.reason.kind() != ReasonKind::Resting {
        conditions.remember(state.extensions);
    }
    let news = !same(before.condition(READY), status.condition(READY));
    let announcement = announcement.filter(|_| news);
    (!equal(before, &status)).then_some(StatusReport {
        status,
        announcement,
    })
}

struct ConditionEditor<'a> {
    status: &'a mut ReceiverStatus,
    generation: Option<i64>,
    now: Timestamp,
}

impl ConditionEditor<'_> {
    /// A suspended Receiver keeps its conditions, except for what Flux writes at the end of each run.
    fn rest(&mut self) {
        let ready = self.status.condition(READY);
        match ready.map(|ready| ready.status.as_str()) {
            Some("True") => {
                self.remove(RECONCILING);
                self.status.observed_generation = self.generation;
            }
            Some("False") if self.status.condition(RECONCILING).is_some() => {
                self.set(RECONCILING, true, "ProgressingWithRetry", IN_PROGRESS);
            }
            _ => {}
        }
    }

    fn succeed(&mut self, state: &ReceiverState) {
        self.remove(RECONCILING);
        self.remove(STALLED);
        self.set(READY, true, state.reason.as_str(), &state.message);
        self.status.webhook_path = state.paths.first().map(|path| path.to_string());
        self.status.observed_generation = self.generation;
    }

    fn retry(&mut self, state: &ReceiverState) {
        self.remove(STALLED);
        self.set(RECONCILING, true, "ProgressingWithRetry", IN_PROGRESS);
        self.set(READY, false, state.reason.as_str(), &state.message);
        if state.reason == super::Reason::TokenNotFound {
            self.status.webhook_path = None;
        }
    }

    fn fail(&mut self, state: &ReceiverState, message: &str) {
        let reason = state.reason.as_str();
        self.remove(RECONCILING);
        self.set(STALLED, true, reason, message);
        self.set(READY, false, reason, message);
        self.status.observed_generation = self.generation;
    }

    /// Records the fields that Flux's CRD would drop, in a condition of their own.
    fn remember(&mut self, extensions: Extensions) {
        // What a newer version has recorded is for it to change.
        if extensions.others {
            return;
        }
        self.status
            .conditions
            .retain(|condition| !Extensions::is_memory(condition) || extensions.memory().is_some());
        if let Some((kind, reason, message)) = extensions.memory() {
            self.set(kind, true, reason, message);
        }
    }

    fn remove(&mut self, kind: &str) {
        self.status
            .conditions
            .retain(|condition| condition.kind != kind);
    }

    fn set(&mut self, kind: &str, is: bool, reason: &str, message: &str) {
        let status = if is { "True" } else { "False" };
        let known = self.status.condition(kind);
        let since = known
            .filter(|known| known.status == status)
            .map(|known| known.last_transition_time.clone());
        let condition = Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            observed_generation: self.generation,
            last_transition_time: since.unwrap_or_else(|| format!("{:.0}", self.now)),
            reason: reason.to_owned(),
            message: message.to_owned(),
        };
        let conditions = &mut self.status.conditions;
        match conditions.iter_mut().find(|known| known.kind == kind) {
            Some(known) => *known = condition,
            None => conditions.push(condition),
        }
    }
}

/// Whether two conditions say the same.
fn same(one: Option<&Condition>, other: Option<&Condition>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            (&one.status, &one.reason, &one.message)
                == (&other.status, &other.reason, &other.message)
        }
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Whether two statuses say the same, in any order. An empty path counts as absent.
fn equal(one: &ReceiverStatus, other: &ReceiverStatus) -> bool {
    let path = |status: &ReceiverStatus| status.webhook_path.clone().filter(|p| !p.is_empty());
    let conditions = |status: &ReceiverStatus| {
        let mut conditions = status.conditions.clone();
        conditions.sort_by(|a, b| a.kind.cmp(&b.kind));
        conditions
    };
    path(one) == path(other)
        && one.observed_generation == other.observed_generation
        && one.last_handled_reconcile_at == other.last_handled_reconcile_at
        && conditions(one) == conditions(other)
}
