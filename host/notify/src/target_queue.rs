use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Notification, ReceiverId};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::pending::PendingTargets;
use crate::progress::ProgressTracker;

/// The most deliveries of a Receiver in a queue before answered ones are dropped. The newer ones
/// stand for them.
const MAX_MEMBERS: usize = 64;

/// A delivery in the queue of one target.
pub(crate) struct QueuedDelivery {
    pub(crate) notification: Arc<Notification>,
    pub(crate) tracker: Arc<ProgressTracker>,
    /// Since when attempts that covered it have failed.
    pub(crate) failed_since: Option<Instant>,
}

impl QueuedDelivery {
    fn receiver(&self) -> &ReceiverId {
        &self.notification.receiver
    }
}

/// The deliveries that wait for one target.
#[derive(Default)]
pub(crate) struct TargetQueue {
    /// Deliveries that the running attempt covers, or the last one if it failed.
    attempted: Vec<QueuedDelivery>,
    /// Deliveries that came after that attempt began.
    waiting: Vec<QueuedDelivery>,
    /// Receivers in whose name the worker waits, or is to wait, for the next slot.
    bidders: HashSet<ReceiverId>,
    /// The bidders for whom the worker does not wait yet.
    new_bidders: Vec<ReceiverId>,
    /// Tells the worker about a new bidder.
    joined: Arc<Notify>,
    /// How many deliveries each Receiver has in the queue.
    members: HashMap<ReceiverId, usize>,
}

impl TargetQueue {
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn joined(&self) -> &Arc<Notify> {
        &self.joined
    }

    pub(crate) fn receivers(&self) -> impl Iterator<Item = &ReceiverId> {
        self.members.keys()
    }

    pub(crate) fn has_receiver(&self, receiver: &ReceiverId) -> bool {
        self.members.contains_key(receiver)
    }

    pub(crate) fn join(&mut self, delivery: QueuedDelivery, pending: &mut PendingTargets) {
        let receiver = delivery.receiver().clone();
        let members = self.members.entry(receiver.clone()).or_default();
        *members += 1;
        let crowded = *members > MAX_MEMBERS;
        if *members == 1 {
            pending.add(&receiver);
        }
        if self.bidders.insert(receiver.clone()) {
            self.new_bidders.push(receiver.clone());
            self.joined.notify_one();
        }
        self.waiting.push(delivery);
        if crowded {
            self.drop_answered(&receiver, pending);
        }
    }

    /// Drops the oldest answered delivery of the Receiver. Newer ones still wait for the target, so
    /// it is notified all the same.
    fn drop_answered(&mut self, receiver: &ReceiverId, pending: &mut PendingTargets) {
        let answered = |delivery: &QueuedDelivery| {
            delivery.receiver() == receiver && delivery.tracker.is_answered()
        };
        let lists = [&mut self.attempted, &mut self.waiting];
        let dropped = lists.into_iter().any(|list| {
            let oldest = list.iter().position(answered);
            oldest.map(|oldest| list.remove(oldest)).is_some()
        });
        if dropped {
            self.left(receiver, pending);
        }
    }

    fn left(&mut self, receiver: &ReceiverId, pending: &mut PendingTargets) {
        let Some(members) = self.members.get_mut(receiver) else {
            return;
        };
        *members -= 1;
        if *members == 0 {
            self.members.remove(receiver);
            pending.remove(receiver);
        }
    }

    fn bid_anew(&mut self) {
        self.new_bidders = self.members.keys().cloned().collect();
        self.bidders = self.new_bidders.iter().cloned().collect();
    }

    /// Takes the bidders for whom the worker does not wait yet.
    pub(crate) fn take_new_bidders(&mut self) -> Vec<ReceiverId> {
        std::mem::take(&mut self.new_bidders)
    }

    /// Begins an attempt that covers all deliveries in the queue, the newest last.
    pub(crate) fn begin(&mut self) -> Vec<Arc<Notification>> {
        self.attempted.append(&mut self.waiting);
        self.bidders.clear();
        self.new_bidders.clear();
        let covered = self.attempted.iter();
        covered
            .map(|delivery| Arc::clone(&delivery.notification))
            .collect()
    }

    /// Ends an attempt that leaves nothing to do for the deliveries it covered.
    pub(crate) fn settle(&mut self, notified: bool, pending: &mut PendingTargets) {
        for delivery in std::mem::take(&mut self.attempted) {
            let had_failed = delivery.failed_since.is_some();
            delivery.tracker.done(had_failed, notified);
            self.left(delivery.receiver(), pending);
        }
        self.bid_anew();
    }

    /// Ends a failed attempt. The next one is `delay` away. Gives up the deliveries that it would
    /// come too late for, `retry` after their first failure, and returns their Receivers.
    pub(crate) fn fail(
        &mut self,
        delay: Duration,
        retry: Duration,
        pending: &mut PendingTargets,
    ) -> Vec<ReceiverId> {
        let now = Instant::now();
        let mut given_up = Vec::new();
        self.attempted.retain_mut(|delivery| {
            if delivery.failed_since.is_none() {
                delivery.tracker.failed();
            }
            let since = *delivery.failed_since.get_or_insert(now);
            let keep = now + delay <= since + retry;
            if !keep {
                given_up.push(delivery.receiver().clone());
            }
            keep
        });
        for receiver in &given_up {
            self.left(receiver, pending);
        }
        self.bid_anew();
        given_up
    }
}
