use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::{Notification, ReceiverId, Target};
use tokio::sync::{Notify, watch};

use crate::concurrency::interleave;
use crate::metrics::NotifyMetrics;
use crate::pending::PendingTargets;
use crate::progress::ProgressTracker;
use crate::target_queue::{NextStep, QueuedDelivery, TargetQueue};

/// The queues of all targets that deliveries wait for, or that rest. The lock is never held across an
/// await.
pub(crate) struct TargetQueues {
    state: Mutex<QueuesState>,
    /// How many targets deliveries wait for.
    targets: watch::Sender<usize>,
    metrics: NotifyMetrics,
}

#[derive(Default)]
struct QueuesState {
    queues: HashMap<Target, TargetQueue>,
    /// How many queues are empty: their targets rest.
    resting: usize,
    pending: PendingTargets,
    /// Whether intervals no longer hold.
    at_once: bool,
}

/// What a failed attempt leaves.
#[derive(Default)]
pub(crate) struct AfterFailure {
    /// What is no longer retried.
    pub(crate) given_up: Vec<Arc<Notification>>,
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
    /// Returns each new queue, which needs a worker. Its notifier tells the worker when it has to look
    /// at the queue again.
    pub(crate) fn add(
        &self,
        targets: HashMap<Target, Arc<Notification>>,
        tracker: &Arc<ProgressTracker>,
        max: usize,
    ) -> Option<Vec<(Target, Arc<Notify>)>> {
        let mut locked = self.locked();
        let QueuesState {
            queues,
            resting,
            pending,
            at_once,
        } = &mut *locked;
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
            let queue = match queues.entry(target) {
                Entry::Occupied(known) => {
                    let queue = known.into_mut();
                    *resting -= usize::from(queue.is_empty());
                    queue
                }
                Entry::Vacant(vacant) => {
                    let target = vacant.key().clone();
                    let queue = vacant.insert(TargetQueue::default());
                    new.push((target, Arc::clone(queue.joined())));
                    queue
                }
            };
            let delivery = QueuedDelivery::new(notification, Arc::clone(tracker));
            self.metrics.coalesced(queue.join(delivery, pending));
            if !*at_once {
                self.metrics.postponed(queue.postpone());
            }
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

    /// What the worker of a target is to do next. At the end the queue is removed.
    pub(crate) fn next_step(&self, target: &Target) -> NextStep {
        let mut locked = self.locked();
        let at_once = locked.at_once;
        let queue = locked.queues.get_mut(target);
        let next = queue.map_or(NextStep::End, |queue| queue.next_step(at_once));
        if next == NextStep::End && locked.queues.remove(target).is_some() {
            locked.resting -= 1;
            self.publish(&locked);
        }
        next
    }

    /// Ends an attempt that leaves nothing to do for the deliveries it covered.
    pub(crate) fn settle(&self, target: &Target, notified: bool) {
        let mut locked = self.locked();
        let QueuesState {
            queues,
            pending,
            at_once,
            ..
        } = &mut *locked;
        let Some(queue) = queues.get_mut(target) else {
            return;
        };
        queue.settle(notified, pending);
        if !*at_once {
            self.metrics.postponed(queue.postpone());
        }
        self.count(locked, target);
    }

    /// Ends a failed attempt. The next one is `delay` away. Gives up the deliveries that it would
    /// come too late for, `retry` after their first failure.
    pub(crate) fn fail(&self, target: &Target, delay: Duration, retry: Duration) -> AfterFailure {
        let mut locked = self.locked();
        let QueuesState {
            queues, pending, ..
        } = &mut *locked;
        let Some(queue) = queues.get_mut(target) else {
            return AfterFailure::default();
        };
        AfterFailure {
            given_up: queue.fail(delay, retry, pending),
            goes_on: self.count(locked, target),
        }
    }

    /// Counts a target after an attempt. Returns whether deliveries wait for it.
    fn count(&self, mut locked: MutexGuard<'_, QueuesState>, target: &Target) -> bool {
        let waits = locked
            .queues
            .get(target)
            .is_some_and(|queue| !queue.is_empty());
        if !waits {
            locked.resting += 1;
            self.publish(&locked);
        }
        waits
    }

    /// Has every postponed delivery attempted at once, and postpones none from now on.
    pub(crate) fn stop_postponing(&self) {
        let mut locked = self.locked();
        locked.at_once = true;
        for queue in locked.queues.values() {
            queue.joined().notify_one();
        }
    }

    fn publish(&self, state: &QueuesState) {
        let waiting = state.queues.len() - state.resting;
        self.targets.send_replace(waiting);
        self.metrics.set_pending(waiting);
        self.metrics.set_resting(state.resting);
    }

    /// Waits until no delivery waits for any target.
    pub(crate) async fn idle(&self) {
        interleave();
        let mut targets = self.targets.subscribe();
        // The sender lives as long as `self`.
        let _ = targets.wait_for(|targets| *targets == 0).await.map(drop);
    }

    /// Every target that deliveries wait for, with what it is to be told.
    pub(crate) fn pending(&self) -> Vec<(Target, Vec<Arc<Notification>>)> {
        let locked = self.locked();
        let queues = locked.queues.iter();
        queues
            .filter(|(_, queue)| !queue.is_empty())
            .map(|(target, queue)| (target.clone(), queue.notifications().cloned().collect()))
            .collect()
    }

    /// How many targets have a queue, resting ones included.
    #[cfg(test)]
    pub(crate) fn known(&self) -> usize {
        self.locked().queues.len()
    }

    /// How many targets are counted against the limit.
    #[cfg(test)]
    pub(crate) fn counted(&self) -> usize {
        self.locked().pending.total()
    }

    fn locked(&self) -> MutexGuard<'_, QueuesState> {
        interleave();
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
