//! Turns at what is shared between namespaces: attempts to notify, and threads for what takes long.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::ReceiverId;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Shares the slots fairly between namespaces, and what a namespace has of them between its
/// Receivers. Whoever wants a slot takes the one turn of its Receiver, then that of its namespace,
/// waits for a slot while it holds them, and then gives them back. All semaphores are first in,
/// first out; so each namespace has at most one waiter at the slots, and slots go round however
/// many Receivers and targets one of them has. What holds a slot may hang: so a namespace holds at
/// most three quarters of the slots, a Receiver three quarters of those, and the last quarter is
/// kept for namespaces that hold none.
pub struct Turns {
    slots: Arc<Semaphore>,
    /// Those for namespaces that hold none.
    first_slots: Arc<Semaphore>,
    of_namespace: usize,
    of_receiver: usize,
    lanes: Mutex<HashMap<Who, Arc<Lane>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Who {
    Namespace(String),
    Receiver(ReceiverId),
}

struct Lane {
    turn: Semaphore,
    share: Arc<Semaphore>,
}

/// What is acquired. The semaphores are never closed, so there always is something.
type Permit = Result<OwnedSemaphorePermit, AcquireError>;

/// A slot while it is held, and its part of the shares, which are forgotten last.
pub struct Slot<'a> {
    _permits: [Permit; 3],
    _places: [Place<'a>; 2],
}

impl Turns {
    /// Turns at so many slots; at least one.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let slots = slots.max(1);
        let of_namespace = three_quarters(slots);
        Self {
            slots: Arc::new(Semaphore::new(of_namespace)),
            first_slots: Arc::new(Semaphore::new(slots - of_namespace)),
            of_namespace,
            of_receiver: three_quarters(of_namespace),
            lanes: Mutex::default(),
        }
    }

    /// A slot, when it is the turn of this Receiver and of its namespace.
    pub async fn slot(&self, receiver: ReceiverId) -> Slot<'_> {
        let namespace = Who::Namespace(receiver.namespace.clone());
        let own = self.place(Who::Receiver(receiver), self.of_receiver);
        let common = self.place(namespace, self.of_namespace);
        let permits = {
            let _own_turn = own.lane.turn.acquire().await;
            let of_own = Arc::clone(&own.lane.share).acquire_owned().await;
            let _common_turn = common.lane.turn.acquire().await;
            let of_common = Arc::clone(&common.lane.share).acquire_owned().await;
            let holds_none = common.lane.share.available_permits() + 1 == self.of_namespace;
            [of_own, of_common, self.any_slot(holds_none).await]
        };
        Slot {
            _permits: permits,
            _places: [own, common],
        }
    }

    async fn any_slot(&self, holds_none: bool) -> Permit {
        let slot = Arc::clone(&self.slots).acquire_owned();
        if !holds_none {
            return slot.await;
        }
        tokio::select! {
            biased;
            first = Arc::clone(&self.first_slots).acquire_owned() => first,
            slot = slot => slot,
        }
    }

    fn place(&self, who: Who, share: usize) -> Place<'_> {
        let new = || {
            Arc::new(Lane {
                turn: Semaphore::new(1),
                share: Arc::new(Semaphore::new(share)),
            })
        };
        let lane = Arc::clone(self.locked().entry(who.clone()).or_insert_with(new));
        Place {
            turns: self,
            who,
            lane,
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Who, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many Receivers and namespaces wait or hold something.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.locked().len()
    }
}

/// At least one.
fn three_quarters(of: usize) -> usize {
    of - of / 4
}

/// One who waits in a lane or holds a part of its share; the last to leave removes it.
struct Place<'a> {
    turns: &'a Turns,
    who: Who,
    lane: Arc<Lane>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut lanes = self.turns.locked();
        // Places are made under this lock only: the map's own and this one mean nobody else is there.
        if Arc::strong_count(&self.lane) == 2 {
            lanes.remove(&self.who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_holds_none_finds_a_slot_beside_those_who_hold_all_that_they_may() {
        let turns = Turns::new(16);
        let mut held = Vec::new();
        for namespace in ["a", "b"] {
            for n in 0..16 {
                let receiver = ReceiverId::new(namespace, n.to_string());
                let wait = std::time::Duration::from_millis(1);
                held.extend(tokio::time::timeout(wait, turns.slot(receiver)).await.ok());
            }
        }
        assert_eq!(held.len(), 14, "all but two of those that are kept");
        let _slot = turns.slot(ReceiverId::new("c", "0")).await;
    }

    #[tokio::test]
    async fn one_of_another_namespace_waits_for_one_turn() {
        let turns = Arc::new(Turns::new(1));
        let order = Arc::new(Mutex::new(Vec::new()));
        let held = turns.slot(ReceiverId::new("many", "0")).await;
        let mut waiting = tokio::task::JoinSet::new();
        let all = (0..20).map(|n| ("many", n)).chain([("few", 0)]);
        for (namespace, n) in all {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            waiting.spawn(async move {
                let receiver = ReceiverId::new(namespace, (n % 4).to_string());
                let _slot = turns.slot(receiver).await;
                let mut order = order.lock().unwrap_or_else(PoisonError::into_inner);
                order.push(namespace);
            });
        }
        while turns.parties() < 1 + 4 + 2 {
            tokio::task::yield_now().await;
        }
        drop(held);
        waiting.join_all().await;
        let order = order.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = order.iter().position(|namespace| *namespace == "few");
        assert!(turn.is_some_and(|turn| turn <= 1), "{order:?}");
        assert_eq!(turns.parties(), 0);
    }
}
