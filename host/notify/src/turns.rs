use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::ReceiverId;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Shares the slots fairly between Receivers. Whoever wants a slot first takes the one turn of its
/// Receiver, waits for a slot while it holds the turn, and then gives the turn back. Both
/// semaphores are first in, first out; so each Receiver has at most one waiter at the slots, and
/// slots go round between Receivers however many targets one of them has.
pub(crate) struct Turns {
    slots: Arc<Semaphore>,
    turns: Mutex<HashMap<ReceiverId, Arc<Semaphore>>>,
}

/// A slot while it is held. The semaphore is never closed, so there is always one.
pub(crate) type Slot = Result<OwnedSemaphorePermit, AcquireError>;

impl Turns {
    pub(crate) fn new(slots: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(slots.max(1))),
            turns: Mutex::default(),
        }
    }

    /// A slot, when it is this Receiver's turn.
    pub(crate) async fn slot(&self, receiver: ReceiverId) -> Slot {
        let place = self.place(receiver);
        let _turn = place.turn.acquire().await;
        Arc::clone(&self.slots).acquire_owned().await
    }

    fn place(&self, receiver: ReceiverId) -> Place<'_> {
        let turn = Arc::clone(
            self.locked()
                .entry(receiver.clone())
                .or_insert_with(|| Arc::new(Semaphore::new(1))),
        );
        Place {
            turns: self,
            receiver,
            turn,
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ReceiverId, Arc<Semaphore>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many Receivers have somebody waiting.
    #[cfg(test)]
    pub(crate) fn receivers(&self) -> usize {
        self.locked().len()
    }
}

/// One waiter's share in its Receiver's turn; the last to leave removes it.
struct Place<'a> {
    turns: &'a Turns,
    receiver: ReceiverId,
    turn: Arc<Semaphore>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut turns = self.turns.locked();
        // Shares are made under this lock only: the map's own and this one mean nobody else waits.
        if Arc::strong_count(&self.turn) == 2 {
            turns.remove(&self.receiver);
        }
    }
}
