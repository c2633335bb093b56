use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::limits;
use tokio::time::timeout;

/// Said when a delivery may not wait any longer.
pub(crate) const TOO_LONG: &str = "the network was waited for as long as a delivery may";

/// The time that a delivery has waited for the network. It is not charged to the time of the guest.
#[derive(Debug, Default)]
pub(crate) struct NetworkWait(Mutex<WaitTimes>);

#[derive(Clone, Copy, Debug, Default)]
struct WaitTimes {
    before: Duration,
    since: Option<Instant>,
}

impl NetworkWait {
    /// Waits for an answer of the network. `None` once the delivery has waited for as long as it may.
    pub(crate) async fn wait<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let left = limits::EGRESS_WAIT.saturating_sub(self.total());
        self.locked().since = Some(Instant::now());
        // The wait also ends when this future is dropped.
        let _end = EndOfWait(self);
        timeout(left, answer).await.ok()
    }

    /// The time of all waits, with the one that still goes on.
    fn total(&self) -> Duration {
        let waited = *self.locked();
        let now = waited.since.map(|since| since.elapsed());
        waited.before + now.unwrap_or_default()
    }

    fn locked(&self) -> MutexGuard<'_, WaitTimes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct EndOfWait<'a>(&'a NetworkWait);

impl Drop for EndOfWait<'_> {
    fn drop(&mut self) {
        let total = self.0.total();
        *self.0.locked() = WaitTimes {
            before: total,
            since: None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_waits_of_a_delivery_have_one_budget() {
        let waits = NetworkWait::default();
        assert_eq!(waits.wait(async { 1 }).await, Some(1));
        let endless = std::future::pending::<()>();
        assert_eq!(waits.wait(endless).await, None);
    }
}
