use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::fair_queue::{FairQueue, Flow};

/// Permits for verifications of one class of guests, shared fairly. Clones share them.
#[derive(Clone)]
pub(crate) struct Permits(Arc<Mutex<PermitPool>>);

struct PermitPool {
    free: usize,
    waiting: FairQueue<(Flow, oneshot::Sender<Permit>)>,
}

/// The right to run one verification.
pub(crate) struct Permit(Option<HeldPermit>);

struct HeldPermit {
    permits: Permits,
    flow: Flow,
    used: Duration,
}

impl Permits {
    pub(crate) fn new(all: usize) -> Self {
        Self(Arc::new(Mutex::new(PermitPool {
            free: all.max(1),
            waiting: FairQueue::new(),
        })))
    }

    /// Waits for a permit, for at most `patience`.
    pub(crate) async fn acquire(&self, flow: Flow, patience: Duration) -> Option<Permit> {
        let (sender, permit) = oneshot::channel();
        {
            let mut pool = self.locked();
            pool.waiting.push(&flow.clone(), (flow, sender), false);
            self.hand_out(&mut pool);
        }
        tokio::time::timeout(patience, permit).await.ok()?.ok()
    }

    /// Gives the free permits to those whose turn it is.
    fn hand_out(&self, pool: &mut PermitPool) {
        while pool.free > 0
            && let Some((flow, waiting)) = pool.waiting.pop(pool.free)
        {
            pool.free -= 1;
            let held = HeldPermit {
                permits: self.clone(),
                flow,
                used: Duration::ZERO,
            };
            // The receiver has given up waiting: it has used no time.
            if let Err(mut refused) = waiting.send(Permit(Some(held)))
                && let Some(held) = refused.0.take()
            {
                pool.give_back(&held);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, PermitPool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PermitPool {
    fn give_back(&mut self, held: &HeldPermit) {
        self.free += 1;
        self.waiting.served(&held.flow, held.used);
    }
}

impl Permit {
    /// Charges the time of the verification to the flow, which then waits longer for its next permit.
    pub(crate) fn charge(&mut self, time: Duration) {
        if let Some(held) = &mut self.0 {
            held.used = time;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(held) = self.0.take() {
            let mut pool = held.permits.locked();
            pool.give_back(&held);
            held.permits.hand_out(&mut pool);
        }
    }
}

#[cfg(test)]
mod tests {
    use bellpull_core::ReceiverId;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(250);

    fn flow(namespace: &str) -> Flow {
        Flow::new(&ReceiverId::new(namespace, "r"), &Arc::from("component"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_flow_that_holds_permits_for_long_leaves_some_for_others() {
        let permits = Permits::new(8);
        let mut held = Vec::new();
        while let Some(permit) = permits.acquire(flow("a"), PATIENCE).await {
            held.push(permit);
        }
        assert_eq!(held.len(), 2);
        assert!(permits.acquire(flow("b"), PATIENCE).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_that_is_given_back_or_given_up_is_free_again() {
        let permits = Permits::new(1);
        let held = permits.acquire(flow("a"), PATIENCE).await;
        assert!(permits.acquire(flow("b"), PATIENCE).await.is_none());
        drop(held);
        assert!(permits.acquire(flow("c"), PATIENCE).await.is_some());
        assert_eq!(permits.locked().free, 1);
        assert_eq!(permits.locked().waiting.len(), 0);
    }
}
