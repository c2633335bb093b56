use std::time::Duration;

use tokio::time::Instant;

/// Says when a target may be notified again: from its last notification, and from the least
/// intervals of the deliveries since.
#[derive(Default)]
pub(crate) struct Pace {
    /// When the last successful attempt began.
    last: Option<Instant>,
    /// When the attempt that runs, or that is retried, began.
    attempt: Option<Instant>,
    /// The shortest interval of the deliveries that wait. Zero for one without an interval.
    shortest: Option<Duration>,
    /// The longest interval of all deliveries so far.
    longest: Duration,
}

impl Pace {
    /// A delivery begins to wait.
    pub(crate) fn join(&mut self, interval: Option<Duration>) {
        let interval = interval.unwrap_or_default();
        let shortest = self.shortest.map_or(interval, |known| known.min(interval));
        self.shortest = Some(shortest);
        self.longest = self.longest.max(interval);
    }

    /// An attempt for all deliveries that wait begins.
    pub(crate) fn begin(&mut self) {
        self.attempt = Some(Instant::now());
        self.shortest = None;
    }

    /// The attempt leaves nothing to be retried.
    pub(crate) fn settle(&mut self, notified: bool) {
        let attempt = self.attempt.take();
        if notified {
            self.last = attempt;
        }
    }

    /// Until when the deliveries that wait are postponed. `None`: they are not. While an attempt runs
    /// or is retried nothing is postponed, since the next attempt may be a retry.
    pub(crate) fn postponed_until(&self) -> Option<Instant> {
        if self.attempt.is_some() {
            return None;
        }
        Some(self.last? + self.shortest?).filter(|until| *until > Instant::now())
    }

    /// Until when a delivery may still have to wait because of the last notification. `None`: none has
    /// to.
    pub(crate) fn rests_until(&self) -> Option<Instant> {
        Some(self.last? + self.longest).filter(|until| *until > Instant::now())
    }
}
