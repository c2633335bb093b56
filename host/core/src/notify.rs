use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::{Acceptance, DeliveryId, EventSet, ReceiverId, Target, TraceContext};

/// What a target is notified of.
#[derive(Clone, Debug)]
pub struct Notification {
    /// The delivery that caused it.
    pub delivery: DeliveryId,
    /// When that delivery arrived.
    pub received: Timestamp,
    /// The Receiver of that delivery.
    pub receiver: ReceiverId,
    /// The provider of that Receiver.
    pub provider: String,
    /// The facts of the delivery.
    pub acceptance: Arc<Acceptance>,
    /// The events that selected the target.
    pub selected: EventSet,
    /// The least time between the beginning of the last notification of the target and that of this
    /// one.
    pub min_interval: Option<Duration>,
    /// The span of that delivery, if it is traced.
    pub trace: Option<TraceContext>,
    /// The share of the memory budget that it holds while it is pending.
    pub room: Option<HeldMemory>,
}

impl Notification {
    /// An upper estimate of its memory, in bytes, without the facts of the delivery.
    pub const WEIGHT: usize = 1 << 10;
}

/// A share of a resource, which is given back when its last clone is dropped.
pub type HeldMemory = Arc<dyn Any + Send + Sync>;

/// How far the notifications of one delivery have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Targets notified.
    pub notified: usize,
    /// Targets that cannot be notified as things stand, such as missing or forbidden ones.
    pub unreachable: usize,
    /// Targets whose notification failed for a temporary reason and is retried.
    pub failing: usize,
    /// Targets that wait for their first attempt, or whose first attempt still runs.
    pub running: usize,
    /// Targets whose first attempt waits for the least interval since their last notification.
    pub postponed: usize,
}

/// Notifies targets: coalesces, shares fairly between Receivers, retries.
pub trait Notify: Send + Sync + 'static {
    /// Whether targets of another delivery to the Receiver can be queued.
    fn has_room(&self, receiver: &ReceiverId) -> bool;

    /// Targets that wait for their notification. `None`: it does not say.
    fn pending(&self) -> Option<usize> {
        None
    }

    /// Queues all targets of one delivery, each with its notification, then waits until they are
    /// notified or `deadline` has passed. Queued targets are notified even if the returned future
    /// is dropped. `None`: the queue is full, and no target was queued.
    fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        deadline: Duration,
    ) -> impl Future<Output = Option<Progress>> + Send;
}

/// One attempt to notify one target.
pub trait Patch: Send + Sync + 'static {
    /// Requests that `target` reconciles now. `notifications` are those that share the attempt, the
    /// newest last. `requested_at` increases strictly.
    fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> impl Future<Output = Result<(), PatchError>> + Send;

    /// Is told that `target` is not notified of these any more. Nothing is to be done about it.
    fn given_up(&self, target: &Target, notifications: &[Arc<Notification>], why: GivenUp) {
        let _ = (target, notifications, why);
    }
}

/// Why a target is not notified of a delivery any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GivenUp {
    /// Attempts have failed for as long as they are repeated.
    #[error("attempts have failed for as long as --notify-retry says")]
    Retried,
    /// The last attempt failed for a reason that does not pass.
    #[error("another attempt would not help")]
    Permanent,
    /// The process ended first.
    #[error("the process ended first")]
    Ended,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The target is missing, forbidden or invalid. A retry would not help.
    #[error("{0}")]
    Permanent(String),
    /// A temporary failure. A retry may help.
    #[error("{reason}")]
    Passing {
        /// What happened.
        reason: String,
        /// How long the server asked to wait.
        retry_after: Option<Duration>,
    },
}
