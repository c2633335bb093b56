//! Shares slots fairly between namespaces: attempts to notify, and threads for long filters.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::ReceiverId;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Shares slots fairly between namespaces, and the part of a namespace between its Receivers.
///
/// A waiter first takes the turn of its Receiver, then the turn of its namespace, and gives both back
/// when it has a slot. All semaphores are first in, first out. So each namespace has at most one waiter
/// at the slots, and slots go round however many Receivers and targets one namespace has.
///
/// The holder of a slot may hang. So a namespace holds at most three quarters of the slots, and a
/// Receiver at most three quarters of those. The last quarter is kept for namespaces that hold none.
pub struct FairSlots {
    slots: Arc<Semaphore>,
    /// The slots for namespaces that hold none.
    first_slots: Arc<Semaphore>,
    of_namespace: usize,
    of_receiver: usize,
    contenders: Mutex<HashMap<Contender, Arc<ContenderLimits>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Contender {
    Namespace(String),
    Receiver(ReceiverId),
}

struct ContenderLimits {
    turn: Semaphore,
    share: Arc<Semaphore>,
}

/// The semaphores are never closed, so a permit is always `Ok`.
type SlotPermit = Result<OwnedSemaphorePermit, AcquireError>;

/// A slot that is held. It counts against the shares of its Receiver and namespace until it is dropped.
pub struct FairSlot<'a> {
    // The permits are given back before their contenders are forgotten.
    _permits: [SlotPermit; 3],
    _registrations: [Registration<'a>; 2],
}

impl FairSlots {
    /// Shares this many slots, at least one.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let slots = slots.max(1);
        let of_namespace = three_quarters(slots);
        Self {
            slots: Arc::new(Semaphore::new(of_namespace)),
            first_slots: Arc::new(Semaphore::new(slots - of_namespace)),
            of_namespace,
            of_receiver: three_quarters(of_namespace),
            contenders: Mutex::default(),
        }
    }

    /// Waits for a slot, until it is the turn of the Receiver and of its namespace.
    pub async fn slot(&self, receiver: ReceiverId) -> FairSlot<'_> {
        let namespace = Contender::Namespace(receiver.namespace.clone());
        let own = self.register(Contender::Receiver(receiver), self.of_receiver);
        let common = self.register(namespace, self.of_namespace);
        let permits = {
            let _own_turn = own.limits.turn.acquire().await;
            let of_own = Arc::clone(&own.limits.share).acquire_owned().await;
            let _common_turn = common.limits.turn.acquire().await;
            let of_common = Arc::clone(&common.limits.share).acquire_owned().await;
            let holds_none = common.limits.share.available_permits() + 1 == self.of_namespace;
            [of_own, of_common, self.any_slot(holds_none).await]
        };
        FairSlot {
            _permits: permits,
            _registrations: [own, common],
        }
    }

    async fn any_slot(&self, holds_none: bool) -> SlotPermit {
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

    fn register(&self, contender: Contender, share: usize) -> Registration<'_> {
        let new = || {
            Arc::new(ContenderLimits {
                turn: Semaphore::new(1),
                share: Arc::new(Semaphore::new(share)),
            })
        };
        let limits = Arc::clone(self.locked().entry(contender.clone()).or_insert_with(new));
        Registration {
            slots: self,
            contender,
            limits,
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Contender, Arc<ContenderLimits>>> {
        self.contenders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How many Receivers and namespaces wait for slots or hold some.
    #[must_use]
    pub fn contenders(&self) -> usize {
        self.locked().len()
    }
}

fn three_quarters(of: usize) -> usize {
    of - of / 4
}

/// Keeps a contender known while it waits for a slot or holds one. The last to be dropped forgets it.
struct Registration<'a> {
    slots: &'a FairSlots,
    contender: Contender,
    limits: Arc<ContenderLimits>,
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let mut contenders = self.slots.locked();
        // Only `register` clones it, under this lock: two references are the map's and this one.
        if Arc::strong_count(&self.limits) == 2 {
            contenders.remove(&self.contender);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_namespace_without_a_slot_gets_one_beside_namespaces_at_their_limit() {
        let slots = FairSlots::new(16);
        let mut held = Vec::new();
        for namespace in ["a", "b"] {
            for n in 0..16 {
                let receiver = ReceiverId::new(namespace, n.to_string());
                let wait = Duration::from_millis(1);
                held.extend(tokio::time::timeout(wait, slots.slot(receiver)).await.ok());
            }
        }
        assert_eq!(held.len(), 14, "all slots but two of the last quarter");
        let _slot = slots.slot(ReceiverId::new("c", "0")).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiter_of_another_namespace_waits_for_one_turn() {
        let slots = Arc::new(FairSlots::new(1));
        let order = Arc::new(Mutex::new(Vec::new()));
        let held = slots.slot(ReceiverId::new("many", "0")).await;
        let mut waiting = tokio::task::JoinSet::new();
        let all = (0..20).map(|n| ("many", n)).chain([("few", 0)]);
        for (namespace, n) in all {
            let (slots, order) = (Arc::clone(&slots), Arc::clone(&order));
            waiting.spawn(async move {
                let receiver = ReceiverId::new(namespace, (n % 4).to_string());
                let _slot = slots.slot(receiver).await;
                let mut order = order.lock().unwrap_or_else(PoisonError::into_inner);
                order.push(namespace);
            });
        }
        // The clock goes on once every task waits.
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(slots.contenders(), 1 + 4 + 2);
        drop(held);
        waiting.join_all().await;
        let order = order.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = order.iter().position(|namespace| *namespace == "few");
        assert!(turn.is_some_and(|turn| turn <= 1), "{order:?}");
        assert_eq!(slots.contenders(), 0);
    }
}
