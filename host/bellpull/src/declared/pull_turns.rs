//! Who pulls now: few at once, since each artefact is in memory, and one of each registry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// How many artefacts are pulled at once.
pub(crate) const PULLS_AT_ONCE: usize = 2;

/// Gives turns to pull. A registry may be slow, so that it never has more than one.
pub(super) struct PullTurns {
    all: Arc<Semaphore>,
    registries: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The semaphores are never closed, so a permit is always `Ok`.
type TurnPermit = Result<OwnedSemaphorePermit, AcquireError>;

/// A turn that is held until it is dropped.
pub(super) struct PullTurn(#[expect(dead_code, reason = "held")] [TurnPermit; 2]);

impl PullTurns {
    pub(super) fn new() -> Self {
        Self {
            all: Arc::new(Semaphore::new(PULLS_AT_ONCE)),
            registries: Mutex::default(),
        }
    }

    /// Waits for a turn to pull from the registry of this host.
    pub(super) async fn take(&self, host: &str) -> PullTurn {
        // Whoever waits for a slow registry holds up nobody of another one.
        let of_registry = self.registry(host).acquire_owned().await;
        let of_all = Arc::clone(&self.all).acquire_owned().await;
        PullTurn([of_registry, of_all])
    }

    fn registry(&self, host: &str) -> Arc<Semaphore> {
        let registries = self.registries.lock();
        let mut registries = registries.unwrap_or_else(PoisonError::into_inner);
        // Each permit, and each waiter, holds its semaphore.
        registries.retain(|_, turns| Arc::strong_count(turns) > 1);
        let turns = registries
            .entry(host.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(1)));
        Arc::clone(turns)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_registry_has_one_turn_and_leaves_one_to_others() {
        let turns = PullTurns::new();
        let slow = turns.take("slow.example").await;
        assert!(turns.take("slow.example").now_or_never().is_none());
        let other = turns.take("other.example").now_or_never();
        assert!(other.is_some(), "another registry has to wait");
        assert!(turns.take("third.example").now_or_never().is_none());
        drop(slow);
        assert!(turns.take("third.example").now_or_never().is_some());
        assert!(turns.take("slow.example").now_or_never().is_some());
        assert_eq!(turns.registries.lock().unwrap().len(), 2);
    }
}
