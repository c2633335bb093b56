use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::ports::Notification;
use bellpull_core::{ReceiverId, Target};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::Metrics;
use crate::tally::Tally;

/// One delivery that waits for one target.
pub(crate) struct Waiting {
    notification: Arc<Notification>,
    tally: Arc<Tally>,
    failed_since: Option<Instant>,
}

impl Waiting {
    pub(crate) fn new(notification: Arc<Notification>, tally: Arc<Tally>) -> Self {
        Self {
            notification,
            tally,
            failed_since: None,
        }
    }

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
}

impl Line {
    fn is_empty(&self) -> bool {
        self.attempted.is_empty() && self.waiting.is_empty()
    }

    fn everyone(&self) -> impl Iterator<Item = &Waiting> {
        self.attempted.iter().chain(&self.waiting)
    }

    fn bid_anew(&mut self) {
        let receivers: HashSet<ReceiverId> =
            self.everyone().map(|w| w.receiver().clone()).collect();
        self.unbid = receivers.iter().cloned().collect();
        self.bidders = receivers;
    }
}

#[derive(Default)]
struct Lines {
    lines: HashMap<Target, Line>,
    deliveries: usize,
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

    /// Puts a delivery into the line of a target. Returns the bell of a new line, which then needs
    /// someone to serve it: it rings when the delivery of another Receiver joins.
    pub(crate) fn add(&self, target: &Target, waiting: Waiting) -> Option<Arc<Notify>> {
        let mut lines = self.locked();
        lines.deliveries += 1;
        if let Some(line) = lines.lines.get_mut(target) {
            if line.bidders.insert(waiting.receiver().clone()) {
                line.unbid.push(waiting.receiver().clone());
                line.joined.notify_one();
            }
            line.waiting.push(waiting);
            return None;
        }
        let mut line = Line::default();
        line.waiting.push(waiting);
        line.bid_anew();
        let joined = Arc::clone(&line.joined);
        lines.lines.insert(target.clone(), line);
        self.publish(&lines);
        Some(joined)
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
        let mut lines = self.locked();
        let Some(line) = lines.lines.get_mut(target) else {
            return false;
        };
        let settled = std::mem::take(&mut line.attempted);
        line.bid_anew();
        for waiting in &settled {
            waiting.tally.done(waiting.failed_since.is_some(), notified);
        }
        self.shrink(lines, target, settled.len())
    }

    /// Ends an attempt that failed. Those who could not be tried again within `retry` of their
    /// first failure, because the next attempt is `delay` away, are given up.
    pub(crate) fn fail(&self, target: &Target, delay: Duration, retry: Duration) -> AfterFailure {
        let now = Instant::now();
        let mut given_up = Vec::new();
        let mut lines = self.locked();
        if let Some(line) = lines.lines.get_mut(target) {
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
            line.bid_anew();
        }
        let goes_on = self.shrink(lines, target, given_up.len());
        AfterFailure { given_up, goes_on }
    }

    fn shrink(&self, mut lines: MutexGuard<'_, Lines>, target: &Target, deliveries: usize) -> bool {
        lines.deliveries = lines.deliveries.saturating_sub(deliveries);
        let goes_on = lines.lines.get(target).is_some_and(|line| !line.is_empty());
        if !goes_on {
            lines.lines.remove(target);
            self.publish(&lines);
        }
        goes_on
    }

    fn publish(&self, lines: &Lines) {
        self.targets.send_replace(lines.lines.len());
        self.metrics.set_pending(lines.lines.len());
    }

    /// How many targets of deliveries wait.
    pub(crate) fn deliveries(&self) -> usize {
        self.locked().deliveries
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
            .map(|(target, line)| {
                let receivers = line.everyone().map(|w| w.receiver().clone()).collect();
                (target.clone(), receivers)
            })
            .collect()
    }

    fn locked(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
