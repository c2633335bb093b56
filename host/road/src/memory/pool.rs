use std::collections::HashMap;

use tokio::sync::oneshot;

use super::holders::{Holder, HolderPath, Holders};
use super::no_room::NoRoom;

/// A share is this many times the memory that is free. With two, a namespace that takes all it can
/// leaves a third to the next one, and ten such namespaces leave a twentieth. The queues of a
/// switch share its memory by the same rule (Choudhury and Hahne, "Dynamic Queue Length Thresholds
/// for Shared-Memory Packet Switches", 1998).
const SHARE_OF_FREE: usize = 2;

/// All the memory, and who holds how much of it.
#[derive(Debug)]
pub(super) struct MemoryPool {
    bytes: usize,
    holders: Holders,
    /// Bytes that each connection holds over all its Receivers.
    connections: HashMap<u64, usize>,
    /// Tells each unfinished delivery that it is evicted.
    evictions: HashMap<Holder, oneshot::Sender<NoRoom>>,
    next: u64,
}

impl MemoryPool {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            bytes,
            holders: Holders::default(),
            connections: HashMap::new(),
            evictions: HashMap::new(),
            next: 0,
        }
    }

    pub(super) fn held(&self) -> usize {
        self.holders.held
    }

    /// Adds a delivery that holds nothing yet.
    pub(super) fn begin(
        &mut self,
        namespace: &str,
        receiver: &str,
        connection: u64,
    ) -> (HolderPath, oneshot::Receiver<NoRoom>) {
        self.next += 1;
        let delivery = Holder::Delivery(self.next);
        let (evict, evicted) = oneshot::channel();
        self.evictions.insert(delivery.clone(), evict);
        let path = [
            Holder::Namespace(namespace.to_owned()),
            Holder::Receiver(receiver.to_owned()),
            Holder::Connection(connection),
            delivery,
        ];
        self.holders.begin(&path);
        (path, evicted)
    }

    /// The delivery is complete: from here on it is never evicted.
    pub(super) fn finish(&mut self, path: &HolderPath) -> Result<(), NoRoom> {
        let [.., delivery] = path;
        self.evictions.remove(delivery).ok_or(NoRoom::Evicted)?;
        self.holders.finish(path);
        Ok(())
    }

    /// Gives a delivery `more` bytes. Evicts unfinished deliveries of whoever would then still hold
    /// more.
    pub(super) fn grow(&mut self, path: &HolderPath, more: usize) -> Result<(), NoRoom> {
        if self.holders.find(path).is_none() {
            return Err(NoRoom::Evicted);
        }
        while let Some(full) = self.full(path, more) {
            let (outer, inner) = full.split(path);
            let rivals = self.holders.find(outer);
            let victim = rivals.map(|rivals| rivals.heaviest(inner, more));
            let victim = [outer, &victim.unwrap_or_default()].concat();
            match HolderPath::try_from(victim) {
                Ok(victim) if victim != *path => self.evict(&victim),
                _ => return Err(full.refusal()),
            }
        }
        self.holders.add(path, more);
        if let [_, _, Holder::Connection(connection), _] = path {
            *self.connections.entry(*connection).or_default() += more;
        }
        Ok(())
    }

    /// Takes back what a delivery holds beyond `bytes`.
    pub(super) fn shrink(&mut self, path: &HolderPath, bytes: usize) {
        let surplus = self.holders.of(path).saturating_sub(bytes);
        self.holders.subtract(path, surplus);
        let [_, _, Holder::Connection(connection), _] = path else {
            return;
        };
        if let Some(held) = self.connections.get_mut(connection) {
            *held = held.saturating_sub(surplus);
            if *held == 0 {
                self.connections.remove(connection);
            }
        }
    }

    /// Takes back all that a delivery still holds.
    pub(super) fn release(&mut self, path: &HolderPath) {
        let [.., delivery] = path;
        if self.evictions.remove(delivery).is_some() {
            self.holders.finish(path);
        }
        self.shrink(path, 0);
        self.holders.forget(path);
    }

    fn evict(&mut self, path: &HolderPath) {
        let [.., delivery] = path;
        let evicted = self.evictions.remove(delivery);
        self.holders.finish(path);
        self.release(path);
        if let Some(evicted) = evicted {
            // A delivery that no longer listens is about to drop its reservation.
            let _ = evicted.send(NoRoom::Evicted);
        }
    }

    /// The share that `more` bytes would exceed.
    fn full(&self, path: &HolderPath, more: usize) -> Option<FullShare> {
        let free = self.bytes.saturating_sub(self.holders.held);
        let Some(free) = free.checked_sub(more) else {
            return Some(FullShare::Namespace);
        };
        let most = free.saturating_mul(SHARE_OF_FREE);
        let [namespace, ..] = path;
        let of_namespace = self.holders.of(std::slice::from_ref(namespace)) + more;
        if of_namespace > most {
            return Some(FullShare::Namespace);
        }
        let left = (most - of_namespace).saturating_mul(SHARE_OF_FREE);
        let [namespace, receiver, connection, _] = path;
        let of_receiver = [namespace.clone(), receiver.clone()];
        if self.holders.of(&of_receiver) + more > left {
            return Some(FullShare::Receiver);
        }
        let Holder::Connection(connection) = connection else {
            return None;
        };
        let of_connection = self.connections.get(connection).copied().unwrap_or(0) + more;
        (of_connection > most).then_some(FullShare::Connection)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.holders.is_empty() && self.connections.is_empty() && self.evictions.is_empty()
    }
}

/// A share that is used up.
#[derive(Clone, Copy)]
enum FullShare {
    Namespace,
    Receiver,
    Connection,
}

impl FullShare {
    /// Splits a path into the share that is used up and the rest, which says who within the share
    /// asks: namespaces compete among all, Receivers within their namespace. The deliveries of a
    /// connection do not compete.
    fn split(self, path: &HolderPath) -> (&[Holder], &[Holder]) {
        let depth = match self {
            Self::Namespace => 0,
            Self::Receiver => 1,
            Self::Connection => path.len(),
        };
        path.split_at(depth)
    }

    fn refusal(self) -> NoRoom {
        match self {
            Self::Namespace => NoRoom::Namespace,
            Self::Receiver => NoRoom::Receiver,
            Self::Connection => NoRoom::Connection,
        }
    }
}
