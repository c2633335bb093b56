use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::{Acceptance, DeliveryId, EventSet, ReceiverId, Target};

/// What targets are told.
#[derive(Clone, Debug)]
pub struct Notification {
    /// The delivery that caused it.
    pub delivery: DeliveryId,
    /// When that arrived.
    pub received: Timestamp,
    /// Its Receiver.
    pub receiver: ReceiverId,
    /// Its provider.
    pub provider: String,
    /// What it tells.
    pub acceptance: Arc<Acceptance>,
    /// Which of its events have selected the targets.
    pub selected: EventSet,
    /// What it holds of a shared memory for as long as it is pending.
    pub room: Option<Holding>,
}

impl Notification {
    /// What each takes in memory beside what the delivery tells, bytes: an estimate from above.
    pub const WEIGHT: usize = 1 << 10;
}

/// Something that is given back when its last clone is dropped.
pub type Holding = Arc<dyn Any + Send + Sync>;

/// How far the notifications of one delivery have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Done.
    pub notified: usize,
    /// Never to be done as things stand.
    pub unreachable: usize,
    /// Failed at least once for a passing reason, and retried.
    pub failing: usize,
    /// Not attempted yet, or the first attempt still runs.
    pub running: usize,
}

/// Notifies targets: coalesced, fair, retried.
pub trait Notify: Send + Sync + 'static {
    /// Whether targets of another delivery of the Receiver may be taken in.
    fn has_room(&self, receiver: &ReceiverId) -> bool;

    /// Queues the targets of one delivery at once, each with what it is told, then waits for them to
    /// be done, `deadline` at the longest. What is queued goes on if the returned future is dropped.
    /// `None`: there was no room, and none is queued.
    fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        deadline: Duration,
    ) -> impl Future<Output = Option<Progress>> + Send;
}

/// One attempt to notify one target.
pub trait Patch: Send + Sync + 'static {
    /// Tells `target` to reconcile now. `notifications` are all deliveries that share the attempt,
    /// the newest last; `requested_at` is strictly increasing.
    fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> impl Future<Output = Result<(), PatchError>> + Send;
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// Trying again would not help: missing, forbidden, invalid.
    #[error("{0}")]
    Permanent(String),
    /// Trying again may help.
    #[error("{reason}")]
    Passing {
        /// What happened.
        reason: String,
        /// How long the other side asked to wait.
        retry_after: Option<Duration>,
    },
}
