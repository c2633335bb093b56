use std::sync::Arc;

use bellpull_engine::Class;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The memory that all guests share. Each reserves what a guest of its class may have. Clones share it.
#[derive(Clone)]
pub(crate) struct GuestMemory {
    /// In units of [`UNIT`].
    free: Arc<Semaphore>,
    all: usize,
}

/// Bytes.
const UNIT: usize = 1 << 20;

/// The memory of one guest. The semaphore is never closed, so it is always `Ok`.
pub(crate) type ReservedMemory = Result<OwnedSemaphorePermit, AcquireError>;

impl GuestMemory {
    /// Shares this many bytes, or the memory of one guest of any class if that is more.
    pub(crate) fn new(bytes: usize) -> Self {
        let least = Class::ALL.into_iter().map(units).max().unwrap_or(0);
        let all = (bytes / UNIT).clamp(least, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(all)),
            all,
        }
    }

    /// How many guests of a class have memory at once.
    pub(crate) fn guests_at_once(&self, class: Class) -> usize {
        self.all / units(class)
    }

    /// Waits for the memory of one guest, first come, first served.
    pub(crate) async fn reserve(&self, class: Class) -> ReservedMemory {
        let units = u32::try_from(units(class)).unwrap_or(u32::MAX);
        Arc::clone(&self.free).acquire_many_owned(units).await
    }
}

fn units(class: Class) -> usize {
    class.limits().memory.div_ceil(UNIT)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn classes_share_the_memory_and_give_it_back() {
        let memory = GuestMemory::new(96 << 20);
        assert_eq!(memory.guests_at_once(Class::Small), 6);
        assert_eq!(memory.guests_at_once(Class::Large), 1);
        let reserved = |class| timeout(Duration::from_secs(1), memory.reserve(class));
        let large = reserved(Class::Large).await.unwrap();
        let small = [reserved(Class::Small).await, reserved(Class::Small).await];
        assert!(reserved(Class::Small).await.is_err());
        drop(large);
        assert!(reserved(Class::Large).await.is_ok());
        drop(small);
    }

    #[test]
    fn one_guest_always_has_memory() {
        assert_eq!(GuestMemory::new(0).guests_at_once(Class::Large), 1);
    }
}
