use std::collections::HashMap;

use tokio::sync::oneshot;

use super::NoRoom;
use super::share::{Holder, Path, Share};

/// How much of what is free somebody may hold, times. With two, a namespace that asks for all it
/// can get leaves a third to the next one, and ten leave a twentieth. The rule is that of memory
/// shared by the queues of a switch (Choudhury and Hahne, "Dynamic Queue Length Thresholds for
/// Shared-Memory Packet Switches", 1998).
const SHARE_OF_FREE: usize = 2;

/// Who holds how much of all there is.
#[derive(Debug)]
pub(super) struct Ledger {
    bytes: usize,
    shares: Share,
    connections: HashMap<u64, usize>,
    /// How unfinished deliveries are told that they have ended.
    ends: HashMap<Holder, oneshot::Sender<NoRoom>>,
    next: u64,
}

impl Ledger {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            bytes,
            shares: Share::default(),
            connections: HashMap::new(),
            ends: HashMap::new(),
            next: 0,
        }
    }

    pub(super) fn held(&self) -> usize {
        self.shares.held
    }

    /// A delivery that holds nothing yet.
    pub(super) fn begin(
        &mut self,
        namespace: &str,
        receiver: &str,
        connection: u64,
    ) -> (Path, oneshot::Receiver<NoRoom>) {
        self.next += 1;
        let delivery = Holder::Delivery(self.next);
        let (end, ended) = oneshot::channel();
        self.ends.insert(delivery.clone(), end);
        let path = [
            Holder::Namespace(namespace.to_owned()),
            Holder::Receiver(receiver.to_owned()),
            Holder::Connection(connection),
            delivery,
        ];
        self.shares.begin(&path);
        (path, ended)
    }

    /// Whether the delivery has neither ended nor been ended. It is ended no more.
    pub(super) fn finish(&mut self, path: &Path) -> Result<(), NoRoom> {
        let [.., delivery] = path;
        self.ends.remove(delivery).ok_or(NoRoom::Ended)?;
        self.shares.finish(path);
        Ok(())
    }

    /// `more` bytes for a delivery, at the cost of unfinished ones of whoever holds more than it
    /// would.
    pub(super) fn grow(&mut self, path: &Path, more: usize) -> Result<(), NoRoom> {
        if self.shares.find(path).is_none() {
            return Err(NoRoom::Ended);
        }
        while let Some(full) = self.full(path, more) {
            let scope = self.shares.find(full.within(path));
            let victim = scope.map(|scope| scope.heaviest(full.beyond(path), more));
            let victim = [full.within(path), &victim.unwrap_or_default()].concat();
            match Path::try_from(victim) {
                Ok(victim) if victim != *path => self.end(&victim),
                _ => return Err(full.refusal()),
            }
        }
        self.shares.add(path, more);
        if let [_, _, Holder::Connection(connection), _] = path {
            *self.connections.entry(*connection).or_default() += more;
        }
        Ok(())
    }

    /// Gives back what a delivery holds beyond `bytes`.
    pub(super) fn shrink(&mut self, path: &Path, bytes: usize) {
        let surplus = self.shares.of(path).saturating_sub(bytes);
        self.shares.subtract(path, surplus);
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

    /// Gives back what a delivery holds, as far as it has not been taken from it.
    pub(super) fn release(&mut self, path: &Path) {
        let [.., delivery] = path;
        if self.ends.remove(delivery).is_some() {
            self.shares.finish(path);
        }
        self.shrink(path, 0);
        self.shares.forget(path);
    }

    fn end(&mut self, path: &Path) {
        let [.., delivery] = path;
        let end = self.ends.remove(delivery);
        self.shares.finish(path);
        self.release(path);
        if let Some(end) = end {
            // Whoever does not listen any more is about to give it back.
            let _ = end.send(NoRoom::Ended);
        }
    }

    /// Whose share `more` bytes would pass.
    fn full(&self, path: &Path, more: usize) -> Option<Full> {
        let free = self.bytes.saturating_sub(self.shares.held);
        let Some(free) = free.checked_sub(more) else {
            return Some(Full::Namespace);
        };
        let most = free.saturating_mul(SHARE_OF_FREE);
        let [namespace, ..] = path;
        let of_namespace = self.shares.of(std::slice::from_ref(namespace)) + more;
        if of_namespace > most {
            return Some(Full::Namespace);
        }
        let left = (most - of_namespace).saturating_mul(SHARE_OF_FREE);
        let [namespace, receiver, connection, _] = path;
        let of_receiver = [namespace.clone(), receiver.clone()];
        if self.shares.of(&of_receiver) + more > left {
            return Some(Full::Receiver);
        }
        let Holder::Connection(connection) = connection else {
            return None;
        };
        let of_connection = self.connections.get(connection).copied().unwrap_or(0) + more;
        (of_connection > most).then_some(Full::Connection)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.shares.is_empty() && self.connections.is_empty() && self.ends.is_empty()
    }
}

/// Whose share is used up.
#[derive(Clone, Copy)]
enum Full {
    Namespace,
    Receiver,
    Connection,
}

impl Full {
    /// Among whom somebody is to give way: namespaces among all, Receivers within their namespace,
    /// and what travels on one connection goes no further.
    fn depth(self) -> usize {
        match self {
            Self::Namespace => 0,
            Self::Receiver => 1,
            Self::Connection => 4,
        }
    }

    fn within(self, path: &Path) -> &[Holder] {
        path.get(..self.depth()).unwrap_or_default()
    }

    fn beyond(self, path: &Path) -> &[Holder] {
        path.get(self.depth()..).unwrap_or_default()
    }

    fn refusal(self) -> NoRoom {
        match self {
            Self::Namespace => NoRoom::Namespace,
            Self::Receiver => NoRoom::Receiver,
            Self::Connection => NoRoom::Connection,
        }
    }
}
