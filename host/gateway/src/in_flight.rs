use std::time::Duration;

use tokio::sync::watch;

/// Counts what is in flight, and lets a task wait until nothing is.
#[derive(Clone, Debug)]
pub(crate) struct InFlight(watch::Sender<usize>);

impl InFlight {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Counts one more until the guard is dropped.
    pub(crate) fn enter(&self) -> InFlightGuard {
        self.0.send_modify(|count| *count += 1);
        InFlightGuard(self.0.clone())
    }

    pub(crate) fn now(&self) -> usize {
        *self.0.borrow()
    }

    /// Returns once nothing is in flight.
    pub(crate) async fn empty(&self) {
        let mut count = self.0.subscribe();
        // `self` holds the sender, so the channel is never closed.
        drop(count.wait_for(|count| *count == 0).await);
    }

    /// Returns once nothing has been in flight for the whole of `limit`.
    pub(crate) async fn idle_for(&self, limit: Duration) {
        let mut count = self.0.subscribe();
        loop {
            let idle = *count.borrow_and_update() == 0;
            // `changed` sees every change, even one that came and went between two polls.
            if !idle {
                drop(count.changed().await);
            } else if tokio::time::timeout(limit, count.changed()).await.is_err() {
                return;
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct InFlightGuard(watch::Sender<usize>);

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
