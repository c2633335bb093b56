//! The memory that the deliveries in hand share, for their bodies and for what later steps make of
//! them.
//!
//! A delivery reserves memory as its bytes arrive, and never waits for more: so no two deliveries
//! wait for each other. Namespaces, Receivers and connections have shares, which shrink as less
//! memory is free, so a newcomer always finds some. When a share is used up, the pool evicts the
//! heaviest unfinished delivery of that share at once; this may be the delivery that asks.

mod holders;
mod no_room;
mod pool;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::ReceiverId;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::oneshot;

use holders::HolderPath;
pub use no_room::NoRoom;
use pool::MemoryPool;

/// The memory of deliveries. Clones share it.
#[derive(Clone, Debug)]
pub struct Memory {
    pool: Arc<Mutex<MemoryPool>>,
    gauge: Gauge,
}

impl Memory {
    /// A memory of `bytes`. `gauge` shows how many of them are reserved.
    #[must_use]
    pub fn new(bytes: usize, gauge: Gauge) -> Self {
        let pool = Arc::new(Mutex::new(MemoryPool::new(bytes)));
        Self { pool, gauge }
    }

    /// Begins the reservation of a delivery to a Receiver on a connection. It holds nothing yet.
    #[must_use]
    pub fn reserve(&self, receiver: &ReceiverId, connection: u64) -> EvictableReservation {
        let ReceiverId { namespace, name } = receiver;
        let begun = self.change(|pool| pool.begin(namespace, name, connection));
        let (path, evicted) = begun;
        EvictableReservation {
            reserved: Reserved {
                memory: self.clone(),
                path,
            },
            evicted,
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut MemoryPool) -> T) -> T {
        let mut pool = self.locked();
        let changed = change(&mut pool);
        let held = i64::try_from(pool.held()).unwrap_or(i64::MAX);
        self.gauge.set(held);
        changed
    }

    fn locked(&self) -> MutexGuard<'_, MemoryPool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The memory of a delivery that is not complete yet. An eviction takes all of it at once.
#[derive(Debug)]
pub struct EvictableReservation {
    reserved: Reserved,
    evicted: oneshot::Receiver<NoRoom>,
}

impl EvictableReservation {
    /// Reserves `more` bytes.
    ///
    /// # Errors
    /// When there is no room for them. The delivery is then answered with 503.
    pub fn grow(&mut self, more: usize) -> Result<(), NoRoom> {
        self.reserved.grow(more)
    }

    /// Returns once the delivery is evicted.
    pub async fn evicted(&mut self) -> NoRoom {
        (&mut self.evicted).await.unwrap_or(NoRoom::Evicted)
    }

    /// The delivery is complete, and can no longer be evicted.
    ///
    /// # Errors
    /// When it has just been evicted.
    pub fn finish(self) -> Result<Reservation, NoRoom> {
        let Reserved { memory, path } = &self.reserved;
        memory.change(|pool| pool.finish(path))?;
        Ok(Reservation(Arc::new(self.reserved)))
    }
}

/// The memory of a complete delivery. The last clone gives it back.
#[derive(Clone, Debug)]
pub struct Reservation(Arc<Reserved>);

impl Reservation {
    /// Reserves `more` bytes.
    ///
    /// # Errors
    /// When there is no room for them.
    pub fn grow(&self, more: usize) -> Result<(), NoRoom> {
        self.0.grow(more)
    }

    /// Gives back all but `bytes`.
    pub fn shrink(&self, bytes: usize) {
        let Reserved { memory, path } = &*self.0;
        memory.change(|pool| pool.shrink(path, bytes));
    }
}

struct Reserved {
    memory: Memory,
    path: HolderPath,
}

impl Reserved {
    fn grow(&self, more: usize) -> Result<(), NoRoom> {
        self.memory.change(|pool| pool.grow(&self.path, more))
    }
}

impl fmt::Debug for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reserved")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.memory.change(|pool| pool.release(&self.path));
    }
}
