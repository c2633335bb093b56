//! Notifies targets: coalesced, fair between Receivers, retried.
//!
//! One task serves each target that something waits for. It waits for a slot, takes along every
//! delivery that has come until then, and attempts; so deliveries that arrive during an attempt
//! share the next one, and each is followed by an attempt that began after it was queued. While a
//! target rests after a failure it holds no slot.

mod clock;
mod metrics;
mod queue;
mod shares;
mod tally;
mod worker;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Notification, Notify, Patch, Progress, ReceiverId, Target, limits, text};
use bellpull_turns::Turns;

use clock::RequestClock;
pub use metrics::Metrics;
use queue::Queue;
use tally::{Awaited, Tally};

/// How much is done at once, and for how long it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Attempts at once over all targets; zero counts as one.
    pub slots: usize,
    /// Targets of Receivers that may wait. A target that two Receivers wait for counts twice, and one
    /// that two deliveries of a Receiver wait for once. Namespaces and Receivers have shares.
    pub max_pending: usize,
    /// Until an attempt counts as failed.
    pub attempt: Duration,
    /// How long a delivery's target is tried again, from its first failure.
    pub retry: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            slots: limits::MAX_NOTIFICATIONS,
            max_pending: limits::MAX_PENDING_TARGETS,
            attempt: limits::NOTIFY_ATTEMPT,
            retry: limits::NOTIFY_RETRY,
        }
    }
}

/// The one notifier of a process, over whatever patches targets. Its clones share everything.
pub struct Notifier<P> {
    shared: Arc<Shared<P>>,
}

impl<P> Clone for Notifier<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

struct Shared<P> {
    patch: P,
    settings: Settings,
    queue: Queue,
    turns: Turns,
    clock: RequestClock,
    metrics: Metrics,
}

impl<P: Patch> Notifier<P> {
    /// A notifier with nothing to do yet.
    #[must_use]
    pub fn new(patch: P, settings: Settings, metrics: Metrics) -> Self {
        Self {
            shared: Arc::new(Shared {
                patch,
                settings,
                queue: Queue::new(metrics.clone()),
                turns: Turns::new(settings.slots),
                clock: RequestClock::default(),
                metrics,
            }),
        }
    }

    /// Waits until nothing is pending, `deadline` at the longest. Returns how many targets were
    /// left; each is logged with the Receivers whose deliveries are lost if the process ends now.
    pub async fn drain(&self, deadline: Duration) -> usize {
        let queue = &self.shared.queue;
        if tokio::time::timeout(deadline, queue.idle()).await.is_ok() {
            return 0;
        }
        let left = queue.pending();
        for (target, receivers) in &left {
            tracing::warn!(
                target_object = %printable(target),
                receivers = %worker::list(receivers),
                "not notified before the end"
            );
        }
        left.len()
    }

    fn enqueue(&self, targets: HashMap<Target, Arc<Notification>>) -> Option<Awaited> {
        let Shared {
            queue, settings, ..
        } = &*self.shared;
        let (tally, awaited) = Tally::new(targets.len());
        let new = queue.add(targets, &Arc::new(tally), settings.max_pending)?;
        for (target, joined) in new {
            tokio::spawn(worker::serve(Arc::clone(&self.shared), target, joined));
        }
        Some(awaited)
    }
}

impl<P: Patch> Notify for Notifier<P> {
    fn has_room(&self, receiver: &ReceiverId) -> bool {
        let Shared {
            queue, settings, ..
        } = &*self.shared;
        queue.has_room(receiver, settings.max_pending)
    }

    /// Must be called within a tokio runtime. A target that is named twice counts once.
    fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        deadline: Duration,
    ) -> impl Future<Output = Option<Progress>> + Send {
        // Whoever waits for the answer only does not keep what is told.
        let queued = self.enqueue(targets.into_iter().collect());
        async move {
            match queued {
                Some(awaited) => Some(awaited.done_within(deadline).await),
                None => None,
            }
        }
    }
}

/// Names come from a tenant's references.
fn printable(target: &Target) -> String {
    text::printable(&target.to_string(), limits::GUEST_TEXT)
}
