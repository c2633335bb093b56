//! The memory that deliveries in hand may take together: their bodies, and what is made of them.
//!
//! It is taken as bytes arrive, and nobody waits for it while they hold some: so no two wait for
//! each other. Namespaces, the Receivers of one, and connections have shares that shrink as less is
//! free, so that there is always room for somebody who holds nothing. Where a share is used up,
//! the unfinished delivery of whoever holds most of it gives way at once, and that may be the one
//! that asks.

mod ledger;
mod share;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::ReceiverId;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::oneshot;

use ledger::Ledger;
use share::Path;

/// The memory of deliveries. Clones share it.
#[derive(Clone, Debug)]
pub struct Memory {
    ledger: Arc<Mutex<Ledger>>,
    gauge: Gauge,
}

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// The share of the namespace is used up.
    #[error("deliveries of this namespace hold all the memory that is its share")]
    Namespace,
    /// The share of the Receiver is used up.
    #[error("deliveries of this receiver hold all the memory that is its share")]
    Receiver,
    /// The share of the connection is used up.
    #[error("deliveries of this connection hold all the memory that is its share")]
    Connection,
    /// This delivery gave way to another.
    #[error("the largest unfinished delivery of who held most memory gave way")]
    Ended,
}

impl Memory {
    /// So many bytes. What of them is held stands in `gauge`.
    #[must_use]
    pub fn new(bytes: usize, gauge: Gauge) -> Self {
        let ledger = Arc::new(Mutex::new(Ledger::new(bytes)));
        Self { ledger, gauge }
    }

    /// The claim of a delivery to a Receiver on a connection. It holds nothing yet.
    #[must_use]
    pub fn claim(&self, receiver: &ReceiverId, connection: u64) -> Claim {
        let ReceiverId { namespace, name } = receiver;
        let begun = self.change(|ledger| ledger.begin(namespace, name, connection));
        let (path, ended) = begun;
        Claim {
            held: Held {
                memory: self.clone(),
                path,
            },
            ended,
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> T {
        let mut ledger = self.locked();
        let changed = change(&mut ledger);
        let held = i64::try_from(ledger.held()).unwrap_or(i64::MAX);
        self.gauge.set(held);
        changed
    }

    fn locked(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a delivery holds that is not whole yet. It may be ended for the sake of others, and what it
/// holds is theirs at that moment.
#[derive(Debug)]
pub struct Claim {
    held: Held,
    ended: oneshot::Receiver<NoRoom>,
}

impl Claim {
    /// Takes `more` bytes.
    ///
    /// # Errors
    /// Why there is no room for them. The delivery is to be answered 503.
    pub fn grow(&mut self, more: usize) -> Result<(), NoRoom> {
        self.held.grow(more)
    }

    /// Returns once the delivery is to end for the sake of others.
    pub async fn ended(&mut self) -> NoRoom {
        (&mut self.ended).await.unwrap_or(NoRoom::Ended)
    }

    /// The delivery is whole, and ends by itself.
    ///
    /// # Errors
    /// When it has just been ended.
    pub fn finish(self) -> Result<Room, NoRoom> {
        let Held { memory, path } = &self.held;
        memory.change(|ledger| ledger.finish(path))?;
        Ok(Room(Arc::new(self.held)))
    }
}

/// What a whole delivery holds, given back with the last clone.
#[derive(Clone, Debug)]
pub struct Room(Arc<Held>);

impl Room {
    /// Takes `more` bytes until the last clone is dropped.
    ///
    /// # Errors
    /// Why there is no room for them.
    pub fn grow(&self, more: usize) -> Result<(), NoRoom> {
        self.0.grow(more)
    }

    /// Gives back all but `bytes`.
    pub fn shrink(&self, bytes: usize) {
        let Held { memory, path } = &*self.0;
        memory.change(|ledger| ledger.shrink(path, bytes));
    }
}

struct Held {
    memory: Memory,
    path: Path,
}

impl Held {
    fn grow(&self, more: usize) -> Result<(), NoRoom> {
        self.memory.change(|ledger| ledger.grow(&self.path, more))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.memory.change(|ledger| ledger.release(&self.path));
    }
}
