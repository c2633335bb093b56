use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Notification, ReceiverId};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::pace::Pace;
use crate::pending::PendingTargets;
use crate::progress::ProgressTracker;

/// The most deliveries of a Receiver in a queue before answered ones are dropped. The newer ones
/// stand for them.
const MAX_MEMBERS: usize = 64;
/// The same while they are postponed: they hold their memory for up to an hour.
const MAX_POSTPONED: usize = 16;

/// A delivery in the queue of one target.
pub(crate) struct QueuedDelivery {
    pub(crate) notification: Arc<Notification>,
    pub(crate) tracker: Arc<ProgressTracker>,
    /// Since when attempts that covered it have failed.
    failed_since: Option<Instant>,
    /// Whether it has been postponed.
    postponed: bool,
}

impl QueuedDelivery {
    pub(crate) fn new(notification: Arc<Notification>, tracker: Arc<ProgressTracker>) -> Self {
        Self {
            notification,
            tracker,
            failed_since: None,
            postponed: false,
        }
    }

    fn receiver(&self) -> &ReceiverId {
        &self.notification.receiver
    }
}

/// What the worker of a target is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Begin an attempt.
    Attempt,
    /// Wait until then, or for the next delivery.
    Wait(Instant),
    /// End: nothing waits, and the target is notified at once when something does.
    End,
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
    /// Tells the worker about a new bidder, or another time for the next attempt.
    joined: Arc<Notify>,
    /// How many deliveries each Receiver has in the queue.
    members: HashMap<ReceiverId, usize>,
    pace: Pace,
}

impl TargetQueue {
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn joined(&self) -> &Arc<Notify> {
        &self.joined
    }

    /// Everything that waits, or is attempted.
    pub(crate) fn notifications(&self) -> impl Iterator<Item = &Arc<Notification>> {
        let deliveries = self.attempted.iter().chain(&self.waiting);
        deliveries.map(|delivery| &delivery.notification)
    }

    pub(crate) fn has_receiver(&self, receiver: &ReceiverId) -> bool {
        self.members.contains_key(receiver)
    }

    /// Adds a delivery. Returns how many were dropped, for which newer ones stand.
    pub(crate) fn join(&mut self, delivery: QueuedDelivery, pending: &mut PendingTargets) -> usize {
        let receiver = delivery.receiver().clone();
        let members = self.members.entry(receiver.clone()).or_default();
        *members += 1;
        if *members == 1 {
            pending.add(&receiver);
        }
        let until = self.pace.postponed_until();
        self.pace.join(delivery.notification.min_interval);
        let is_new = self.bidders.insert(receiver.clone());
        if is_new {
            self.new_bidders.push(receiver.clone());
        }
        if is_new || self.pace.postponed_until() != until {
            self.joined.notify_one();
        }
        self.waiting.push(delivery);
        self.drop_answered(&receiver, pending)
    }

    /// Drops the oldest answered deliveries of a Receiver that has too many. Newer ones still wait for
    /// the target, so it is notified all the same. Returns how many were dropped.
    fn drop_answered(&mut self, receiver: &ReceiverId, pending: &mut PendingTargets) -> usize {
        let most = match self.pace.postponed_until() {
            Some(_) => MAX_POSTPONED,
            None => MAX_MEMBERS,
        };
        let members = self.members.get(receiver).copied().unwrap_or_default();
        let answered = |delivery: &QueuedDelivery| {
            delivery.receiver() == receiver && delivery.tracker.is_answered()
        };
        let mut dropped = 0;
        while members > most + dropped {
            let lists = [&mut self.attempted, &mut self.waiting];
            let oldest = lists.into_iter().find_map(|list| {
                let oldest = list.iter().position(answered)?;
                Some(list.remove(oldest))
            });
            if oldest.is_none() {
                break;
            }
            dropped += 1;
            self.left(receiver, pending);
        }
        dropped
    }

    /// Postpones the deliveries that wait, if their intervals ask for that. Returns how many were not
    /// postponed before.
    pub(crate) fn postpone(&mut self) -> usize {
        if self.pace.postponed_until().is_none() {
            return 0;
        }
        let newest = self.waiting.iter_mut().rev();
        let mut postponed = 0;
        for delivery in newest.take_while(|delivery| !delivery.postponed) {
            delivery.postponed = true;
            delivery.tracker.postponed();
            postponed += 1;
        }
        postponed
    }

    /// What the worker is to do next. `at_once`: intervals no longer hold.
    pub(crate) fn next_step(&mut self, at_once: bool) -> NextStep {
        let until = match self.is_empty() {
            true => self.pace.rests_until(),
            false => self.pace.postponed_until(),
        };
        match until {
            Some(until) if !at_once => NextStep::Wait(until),
            _ if self.is_empty() => NextStep::End,
            _ => {
                self.resume();
                NextStep::Attempt
            }
        }
    }

    /// Ends the postponement of the deliveries that wait.
    fn resume(&mut self) {
        for delivery in &mut self.waiting {
            if std::mem::take(&mut delivery.postponed) {
                delivery.tracker.resumed();
            }
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
        self.pace.begin();
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
        self.pace.settle(notified);
        self.bid_anew();
    }

    /// Ends a failed attempt. The next one is `delay` away. Gives up the deliveries that it would
    /// come too late for, `retry` after their first failure, and returns them.
    pub(crate) fn fail(
        &mut self,
        delay: Duration,
        retry: Duration,
        pending: &mut PendingTargets,
    ) -> Vec<Arc<Notification>> {
        let now = Instant::now();
        let mut given_up = Vec::new();
        self.attempted.retain_mut(|delivery| {
            if delivery.failed_since.is_none() {
                delivery.tracker.failed();
            }
            let since = *delivery.failed_since.get_or_insert(now);
            let keep = now + delay <= since + retry;
            if !keep {
                given_up.push(Arc::clone(&delivery.notification));
            }
            keep
        });
        for notification in &given_up {
            self.left(&notification.receiver, pending);
        }
        if self.is_empty() {
            self.pace.settle(false);
        }
        self.bid_anew();
        given_up
    }
}
