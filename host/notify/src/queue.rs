use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::{Notification, ReceiverId, Target};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::Metrics;
use crate::shares::Shares;
use crate::tally::Tally;

/// Deliveries of one Receiver that wait for one target and whose senders have been answered: the
/// newest speak for the rest.
const MOST_ANSWERED: usize = 64;

/// One delivery that waits for one target.
pub(crate) struct Waiting {
    notification: Arc<Notification>,
    tally: Arc<Tally>,
    failed_since: Option<Instant>,
}

impl Waiting {
    fn receiver(&self) -> &ReceiverId {
        &self.notification.receiver
    }
}

/// Everything that waits for one target.
#[derive(Default)]
struct Line {
    /// Covered by the attempt that runs, or by the last one if that failed.
    attempted: Vec<Waiting>,
    /// Came after that attempt began.
    waiting: Vec<Waiting>,
    /// Receivers for whom the next slot is already asked.
    bidders: HashSet<ReceiverId>,
    /// Receivers for whom it is still to be asked.
    unbid: Vec<ReceiverId>,
    joined: Arc<Notify>,
    /// How many deliveries each Receiver has in it.
    members: HashMap<ReceiverId, usize>,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn join(&mut self, waiting: Waiting, shares: &mut Shares) {
        let receiver = waiting.receiver().clone();
        let members = self.members.entry(receiver.clone()).or_default();
        *members += 1;
        let crowded = *members > MOST_ANSWERED;
        if *members == 1 {
            shares.add(&receiver);
        }
        if self.bidders.insert(receiver.clone()) {
            self.unbid.push(receiver.clone());
            self.joined.notify_one();
        }
        self.waiting.push(waiting);
        if crowded {
            self.thin(&receiver, shares);
        }
    }

    /// Forgets a delivery whose sender has been answered, of those that a newer one follows. Its
    /// Receiver still waits for the target, and that is notified no less.
    fn thin(&mut self, receiver: &ReceiverId, shares: &mut Shares) {
        let answered =
            |waiting: &Waiting| waiting.receiver() == receiver && waiting.tally.is_answered();
        let lines = [&mut self.attempted, &mut self.waiting];
        let thinned = lines.into_iter().any(|line| {
            let oldest = line.iter().position(answered);
            oldest.map(|oldest| line.remove(oldest)).is_some()
        });
        if thinned {
            self.left(receiver, shares);
        }
    }

    fn left(&mut self, receiver: &ReceiverId, shares: &mut Shares) {
        let Some(members) = self.members.get_mut(receiver) else {
            return;
        };
        *members -= 1;
        if *members == 0 {
            self.members.remove(receiver);
            shares.remove(receiver);
        }
    }

    fn bid_anew(&mut self) {
        self.unbid = self.members.keys().cloned().collect();
        self.bidders = self.unbid.iter().cloned().collect();
    }
}

#[derive(Default)]
struct Lines {
    lines: HashMap<Target, Line>,
    shares: Shares,
}

/// What waits for which target. The lock is never held across an await.
pub(crate) struct Queue {
    lines: Mutex<Lines>,
    /// Targets that something waits for.
    targets: watch::Sender<usize>,
    metrics: Metrics,
}

/// What is left of a line after a failure.
pub(crate) struct AfterFailure {
    /// Receivers whose deliveries are no longer tried.
    pub(crate) given_up: Vec<ReceiverId>,
    /// Whether another attempt is to be made.
    pub(crate) goes_on: bool,
}

impl Queue {
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self {
            lines: Mutex::default(),
            targets: watch::Sender::new(0),
            metrics,
        }
    }

    /// Puts a delivery into the lines of its targets, where its Receiver has room among `max`. Returns the bell
    /// of each new line, which then needs someone to serve it: it rings when the delivery of another
    /// Receiver joins.
    pub(crate) fn add(
        &self,
        targets: HashMap<Target, Arc<Notification>>,
        tally: &Arc<Tally>,
        max: usize,
    ) -> Option<Vec<(Target, Arc<Notify>)>> {
        let mut locked = self.locked();
        let Lines { lines, shares } = &mut *locked;
        if let Some(receiver) = targets.values().next().map(|first| &first.receiver) {
            let waits = |line: &Line| line.members.contains_key(receiver);
            let more = targets
                .keys()
                .filter(|target| !lines.get(*target).is_some_and(waits));
            if !shares.have_room(receiver, more.count(), max) {
                return None;
            }
        }
        let mut new = Vec::new();
        for (target, notification) in targets {
            let line = lines.entry(target.clone()).or_default();
            if line.is_empty() {
                new.push((target, Arc::clone(&line.joined)));
            }
            let waiting = Waiting {
                notification,
                tally: Arc::clone(tally),
                failed_since: None,
            };
            line.join(waiting, shares);
        }
        self.publish(&locked);
        Some(new)
    }

    /// Whether the targets of another delivery of the Receiver may have room among `max`.
    pub(crate) fn has_room(&self, receiver: &ReceiverId, max: usize) -> bool {
        self.locked().shares.have_room(receiver, 1, max)
    }

    /// Receivers that want a slot for this target and have not asked yet.
    pub(crate) fn take_bids(&self, target: &Target) -> Vec<ReceiverId> {
        self.locked()
            .lines
            .get_mut(target)
            .map(|line| std::mem::take(&mut line.unbid))
            .unwrap_or_default()
    }

    /// Begins an attempt: all that wait are covered by it, the newest last.
    pub(crate) fn begin(&self, target: &Target) -> Vec<Arc<Notification>> {
        let mut lines = self.locked();
        let Some(line) = lines.lines.get_mut(target) else {
            return Vec::new();
        };
        line.attempted.append(&mut line.waiting);
        line.bidders.clear();
        line.unbid.clear();
        line.attempted
            .iter()
            .map(|waiting| Arc::clone(&waiting.notification))
            .collect()
    }

    /// Ends an attempt after which nothing is left to do for those that it covered. Returns whether
    /// others wait; if not, the line is gone.
    pub(crate) fn settle(&self, target: &Target, notified: bool) -> bool {
        let mut locked = self.locked();
        let Lines { lines, shares } = &mut *locked;
        let Some(line) = lines.get_mut(target) else {
            return false;
        };
        for waiting in std::mem::take(&mut line.attempted) {
            waiting.tally.done(waiting.failed_since.is_some(), notified);
            line.left(waiting.receiver(), shares);
        }
        line.bid_anew();
        self.goes_on(locked, target)
    }

    /// Ends an attempt that failed. Those who could not be tried again within `retry` of their
    /// first failure, because the next attempt is `delay` away, are given up.
    pub(crate) fn fail(&self, target: &Target, delay: Duration, retry: Duration) -> AfterFailure {
        let now = Instant::now();
        let mut given_up = Vec::new();
        let mut locked = self.locked();
        let Lines { lines, shares } = &mut *locked;
        if let Some(line) = lines.get_mut(target) {
            line.attempted.retain_mut(|waiting| {
                if waiting.failed_since.is_none() {
                    waiting.tally.failed();
                }
                let since = *waiting.failed_since.get_or_insert(now);
                let keep = now + delay <= since + retry;
                if !keep {
                    given_up.push(waiting.receiver().clone());
                }
                keep
            });
            for receiver in &given_up {
                line.left(receiver, shares);
            }
            line.bid_anew();
        }
        let goes_on = self.goes_on(locked, target);
        AfterFailure { given_up, goes_on }
    }

    fn goes_on(&self, mut locked: MutexGuard<'_, Lines>, target: &Target) -> bool {
        let lines = &mut locked.lines;
        let goes_on = lines.get(target).is_some_and(|line| !line.is_empty());
        if !goes_on {
            lines.remove(target);
            self.publish(&locked);
        }
        goes_on
    }

    fn publish(&self, lines: &Lines) {
        self.targets.send_replace(lines.lines.len());
        self.metrics.set_pending(lines.lines.len());
    }

    /// Waits until nothing does.
    pub(crate) async fn idle(&self) {
        let mut targets = self.targets.subscribe();
        // The sender lives as long as `self`.
        let _ = targets.wait_for(|targets| *targets == 0).await.map(drop);
    }

    /// Every target with the Receivers that wait for it.
    pub(crate) fn pending(&self) -> Vec<(Target, Vec<ReceiverId>)> {
        self.locked()
            .lines
            .iter()
            .map(|(target, line)| (target.clone(), line.members.keys().cloned().collect()))
            .collect()
    }

    fn locked(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
