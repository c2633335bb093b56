use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::limits;
use tokio::time::timeout;

/// The time that a guest has spent waiting for the network, which does not count as its own.
#[derive(Debug, Default)]
pub(crate) struct Waits(Mutex<Waited>);

#[derive(Clone, Copy, Debug, Default)]
struct Waited {
    before: Duration,
    since: Option<Instant>,
}

impl Waits {
    /// Waits for the network, as long as the delivery may: `None` when that is over.
    pub(crate) async fn wait<T>(&self, what: impl Future<Output = T>) -> Option<T> {
        let left = limits::EGRESS_WAIT.saturating_sub(self.total());
        self.locked().since = Some(Instant::now());
        // Also when whoever waits is dropped in between.
        let _ends = Ends(self);
        timeout(left, what).await.ok()
    }

    /// How long has been waited so far, the wait that still goes on included.
    pub(crate) fn total(&self) -> Duration {
        let waited = *self.locked();
        let now = waited.since.map(|since| since.elapsed());
        waited.before + now.unwrap_or_default()
    }

    fn locked(&self) -> MutexGuard<'_, Waited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Ends<'a>(&'a Waits);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        let total = self.0.total();
        *self.0.locked() = Waited {
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
        let waits = Waits::default();
        assert_eq!(waits.wait(async { 1 }).await, Some(1));
        let endless = std::future::pending::<()>();
        assert_eq!(waits.wait(endless).await, None);
    }
}
