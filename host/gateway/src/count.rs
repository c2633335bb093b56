use std::time::Duration;

use tokio::sync::watch;

/// How many of something are in hand, with a way to wait for none.
#[derive(Clone, Debug)]
pub(crate) struct Count(watch::Sender<usize>);

impl Count {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// One more, until the guard is dropped.
    pub(crate) fn enter(&self) -> Held {
        self.0.send_modify(|held| *held += 1);
        Held(self.0.clone())
    }

    pub(crate) fn now(&self) -> usize {
        *self.0.borrow()
    }

    /// Returns once none is in hand.
    pub(crate) async fn empty(&self) {
        let mut held = self.0.subscribe();
        // `self` holds the sender, so the channel is never closed.
        drop(held.wait_for(|held| *held == 0).await);
    }

    /// Returns once none has been in hand for `limit` without a break.
    pub(crate) async fn idle_for(&self, limit: Duration) {
        let mut held = self.0.subscribe();
        loop {
            let idle = *held.borrow_and_update() == 0;
            // `changed` sees every change, so one that came and went between two polls counts.
            if !idle {
                drop(held.changed().await);
            } else if tokio::time::timeout(limit, held.changed()).await.is_err() {
                return;
            }
        }
    }
}

/// One that is in hand.
#[derive(Debug)]
pub(crate) struct Held(watch::Sender<usize>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.send_modify(|held| *held = held.saturating_sub(1));
    }
}
