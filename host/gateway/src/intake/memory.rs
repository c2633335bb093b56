use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::metrics::{Limit, Metrics};

/// Bytes per permit: a `u32` of permits is then 4 TiB.
const UNIT: usize = 1 << 10;

/// The memory that bodies in hand may take together. Each takes all it may need at once, so that
/// no two wait for each other.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory {
    free: Arc<Semaphore>,
    metrics: Metrics,
}

impl BodyMemory {
    pub(crate) fn new(bytes: usize, metrics: Metrics) -> Self {
        let units = bytes.div_ceil(UNIT).min(Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(units));
        Self { free, metrics }
    }

    /// Room for `bytes`; `None` when there is none in time.
    pub(crate) async fn reserve(&self, bytes: usize, patience: Duration) -> Option<Reservation> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).ok()?;
        let free = Arc::clone(&self.free).acquire_many_owned(units);
        let Ok(Ok(permit)) = tokio::time::timeout(patience, free).await else {
            self.metrics.limit(Limit::BodyMemory);
            return None;
        };
        self.metrics.reserve_body(bytes);
        Some(Reservation {
            bytes,
            metrics: self.metrics.clone(),
            _permit: permit,
        })
    }
}

/// Room for one body.
#[derive(Debug)]
pub(crate) struct Reservation {
    bytes: usize,
    metrics: Metrics,
    _permit: OwnedSemaphorePermit,
}

impl Reservation {
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The body that the room was for, which gives it back when its last clone is dropped.
    pub(crate) fn fill(self, body: Vec<u8>) -> Bytes {
        Bytes::from_owner(Filled {
            body,
            _reservation: self,
        })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.metrics.release_body(self.bytes);
    }
}

struct Filled {
    body: Vec<u8>,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Filled {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn room_comes_back_with_the_last_clone_of_the_body() {
        let memory = BodyMemory::new(4 * UNIT, Metrics::default());
        let body = memory.reserve(3 * UNIT, PATIENCE).await.unwrap();
        let body = body.fill(vec![1, 2, 3]);
        let clone = body.clone();
        drop(body);
        assert!(memory.reserve(2 * UNIT, PATIENCE).await.is_none());
        assert!(memory.reserve(UNIT, PATIENCE).await.is_some());
        assert_eq!(*clone, [1, 2, 3]);
        drop(clone);
        assert!(memory.reserve(4 * UNIT, PATIENCE).await.is_some());
    }
}
