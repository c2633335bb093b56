use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::turns::{Party, Turns};

/// Permits for verifications of one class of guests, shared fairly. Clones share them.
#[derive(Clone)]
pub(crate) struct Permits(Arc<Mutex<State>>);

struct State {
    free: usize,
    turns: Turns<(Party, oneshot::Sender<Permit>)>,
}

/// The right to run one verification.
pub(crate) struct Permit(Option<Held>);

struct Held {
    permits: Permits,
    party: Party,
    used: Duration,
}

impl Permits {
    pub(crate) fn new(all: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: all.max(1),
            turns: Turns::new(),
        })))
    }

    /// Waits for a permit, `patience` at the longest.
    pub(crate) async fn acquire(&self, party: Party, patience: Duration) -> Option<Permit> {
        let (sender, permit) = oneshot::channel();
        {
            let mut state = self.locked();
            state.turns.push(&party.clone(), (party, sender), false);
            self.hand_out(&mut state);
        }
        tokio::time::timeout(patience, permit).await.ok()?.ok()
    }

    /// Gives what is free to those whose turn it is.
    fn hand_out(&self, state: &mut State) {
        while state.free > 0
            && let Some((party, waiting)) = state.turns.pop(state.free)
        {
            state.free -= 1;
            let held = Held {
                permits: self.clone(),
                party,
                used: Duration::ZERO,
            };
            // Whoever has given up waiting has used nothing.
            if let Err(mut refused) = waiting.send(Permit(Some(held)))
                && let Some(held) = refused.0.take()
            {
                state.give_back(&held);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn give_back(&mut self, held: &Held) {
        self.free += 1;
        self.turns.served(&held.party, held.used);
    }
}

impl Permit {
    /// What the verification has taken, at the expense of its Receiver's next turns.
    pub(crate) fn used(&mut self, time: Duration) {
        if let Some(held) = &mut self.0 {
            held.used = time;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(held) = self.0.take() {
            let mut state = held.permits.locked();
            state.give_back(&held);
            held.permits.hand_out(&mut state);
        }
    }
}

#[cfg(test)]
mod tests {
    use bellpull_core::ReceiverId;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(250);

    fn party(namespace: &str) -> Party {
        Party::new(&ReceiverId::new(namespace, "r"), &Arc::from("component"))
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_holds_permits_for_long_leaves_some_for_others() {
        let permits = Permits::new(8);
        let mut held = Vec::new();
        while let Some(permit) = permits.acquire(party("a"), PATIENCE).await {
            held.push(permit);
        }
        assert_eq!(held.len(), 2);
        assert!(permits.acquire(party("b"), PATIENCE).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_given_back_or_given_up_is_there_again() {
        let permits = Permits::new(1);
        let held = permits.acquire(party("a"), PATIENCE).await;
        assert!(permits.acquire(party("b"), PATIENCE).await.is_none());
        drop(held);
        assert!(permits.acquire(party("c"), PATIENCE).await.is_some());
        assert_eq!(permits.locked().free, 1);
        assert_eq!(permits.locked().turns.waiting(), 0);
    }
}
