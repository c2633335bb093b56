use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::{Notification, ReceiverId, Target};
use tokio::sync::{Notify, watch};

use crate::metrics::NotifyMetrics;
use crate::pending::PendingTargets;
use crate::progress::ProgressTracker;
use crate::target_queue::{QueuedDelivery, TargetQueue};

/// The queues of all targets that deliveries wait for. The lock is never held across an await.
pub(crate) struct TargetQueues {
    state: Mutex<QueuesState>,
    /// How many queues there are.
    targets: watch::Sender<usize>,
    metrics: NotifyMetrics,
}

#[derive(Default)]
struct QueuesState {
    queues: HashMap<Target, TargetQueue>,
    pending: PendingTargets,
}

/// What a failed attempt leaves.
pub(crate) struct AfterFailure {
    /// Receivers whose deliveries are no longer retried.
    pub(crate) given_up: Vec<ReceiverId>,
    /// Whether another attempt is to be made.
    pub(crate) goes_on: bool,
}

impl TargetQueues {
    pub(crate) fn new(metrics: NotifyMetrics) -> Self {
        Self {
            state: Mutex::default(),
            targets: watch::Sender::new(0),
            metrics,
        }
    }

    /// Adds a delivery to the queues of its targets, if its Receiver has room among `max`.
    ///
    /// Returns each new queue, which needs a worker. Its notifier tells the worker when a delivery
    /// of another Receiver joins.
    pub(crate) fn add(
        &self,
        targets: HashMap<Target, Arc<Notification>>,
        tracker: &Arc<ProgressTracker>,
        max: usize,
    ) -> Option<Vec<(Target, Arc<Notify>)>> {
        let mut locked = self.locked();
        let QueuesState { queues, pending } = &mut *locked;
        if let Some(receiver) = targets.values().next().map(|first| &first.receiver) {
            let waits = |queue: &TargetQueue| queue.has_receiver(receiver);
            let more = targets
                .keys()
                .filter(|target| !queues.get(*target).is_some_and(waits));
            if !pending.have_room(receiver, more.count(), max) {
                return None;
            }
        }
        let mut new = Vec::new();
        for (target, notification) in targets {
            let queue = queues.entry(target.clone()).or_default();
            if queue.is_empty() {
                new.push((target, Arc::clone(queue.joined())));
            }
            let delivery = QueuedDelivery {
                notification,
                tracker: Arc::clone(tracker),
                failed_since: None,
            };
            queue.join(delivery, pending);
        }
        self.publish(&locked);
        Some(new)
    }

    /// Whether the targets of another delivery of the Receiver may have room among `max`.
    pub(crate) fn has_room(&self, receiver: &ReceiverId, max: usize) -> bool {
        self.locked().pending.have_room(receiver, 1, max)
    }

    /// Takes the Receivers in whose name the worker is to wait for a slot, and does not yet.
    pub(crate) fn take_new_bidders(&self, target: &Target) -> Vec<ReceiverId> {
        let mut locked = self.locked();
        let queue = locked.queues.get_mut(target);
        queue.map(TargetQueue::take_new_bidders).unwrap_or_default()
    }

    /// Begins an attempt that covers all deliveries in the queue, the newest last.
    pub(crate) fn begin(&self, target: &Target) -> Vec<Arc<Notification>> {
        let mut locked = self.locked();
        let queue = locked.queues.get_mut(target);
        queue.map(TargetQueue::begin).unwrap_or_default()
    }

    /// Ends an attempt that leaves nothing to do for the deliveries it covered. Returns whether
    /// other deliveries wait. If none do, the queue is removed.
    pub(crate) fn settle(&self, target: &Target, notified: bool) -> bool {
        let mut locked = self.locked();
        let QueuesState { queues, pending } = &mut *locked;
        let Some(queue) = queues.get_mut(target) else {
            return false;
        };
        queue.settle(notified, pending);
        self.goes_on(locked, target)
    }

    /// Ends a failed attempt. The next one is `delay` away. Gives up the deliveries that it would
    /// come too late for, `retry` after their first failure.
    pub(crate) fn fail(&self, target: &Target, delay: Duration, retry: Duration) -> AfterFailure {
        let mut locked = self.locked();
        let QueuesState { queues, pending } = &mut *locked;
        let queue = queues.get_mut(target);
        let given_up = queue.map(|queue| queue.fail(delay, retry, pending));
        AfterFailure {
            given_up: given_up.unwrap_or_default(),
            goes_on: self.goes_on(locked, target),
        }
    }

    fn goes_on(&self, mut locked: MutexGuard<'_, QueuesState>, target: &Target) -> bool {
        let queues = &mut locked.queues;
        let goes_on = queues.get(target).is_some_and(|queue| !queue.is_empty());
        if !goes_on {
            queues.remove(target);
            self.publish(&locked);
        }
        goes_on
    }

    fn publish(&self, state: &QueuesState) {
        self.targets.send_replace(state.queues.len());
        self.metrics.set_pending(state.queues.len());
    }

    /// Waits until no delivery waits for any target.
    pub(crate) async fn idle(&self) {
        let mut targets = self.targets.subscribe();
        // The sender lives as long as `self`.
        let _ = targets.wait_for(|targets| *targets == 0).await.map(drop);
    }

    /// Every target, with the Receivers that wait for it.
    pub(crate) fn pending(&self) -> Vec<(Target, Vec<ReceiverId>)> {
        let locked = self.locked();
        let queues = locked.queues.iter();
        queues
            .map(|(target, queue)| (target.clone(), queue.receivers().cloned().collect()))
            .collect()
    }

    fn locked(&self) -> MutexGuard<'_, QueuesState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
