use std::sync::Arc;

use bellpull_engine::Class;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The memory of guests, of which each takes what one of its class may have. Clones share it.
#[derive(Clone)]
pub(crate) struct Seats {
    /// In [`UNIT`]s.
    free: Arc<Semaphore>,
    all: usize,
}

/// Bytes.
const UNIT: usize = 1 << 20;

/// The room of one guest while it is held. The semaphore is never closed, so there always is one.
pub(crate) type Seat = Result<OwnedSemaphorePermit, AcquireError>;

impl Seats {
    /// So many bytes, and enough for a guest of any class.
    pub(crate) fn new(bytes: usize) -> Self {
        let least = Class::ALL.into_iter().map(units).max().unwrap_or(0);
        let all = (bytes / UNIT).clamp(least, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(all)),
            all,
        }
    }

    /// How many guests of a class have room at once.
    pub(crate) fn for_guests(&self, class: Class) -> usize {
        self.all / units(class)
    }

    /// The room of one guest, first come, first served.
    pub(crate) async fn take(&self, class: Class) -> Seat {
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
        let seats = Seats::new(96 << 20);
        assert_eq!(seats.for_guests(Class::Small), 6);
        assert_eq!(seats.for_guests(Class::Large), 1);
        let taken = |class| timeout(Duration::from_secs(1), seats.take(class));
        let large = taken(Class::Large).await.unwrap();
        let small = [taken(Class::Small).await, taken(Class::Small).await];
        assert!(taken(Class::Small).await.is_err());
        drop(large);
        assert!(taken(Class::Large).await.is_ok());
        drop(small);
    }

    #[test]
    fn one_guest_always_has_room() {
        assert_eq!(Seats::new(0).for_guests(Class::Large), 1);
    }
}
