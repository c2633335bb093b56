use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Concurrent fetches of all components: each takes a file descriptor.
const MAX_FETCHES: usize = 32;
/// Concurrent fetches of one component.
pub(crate) const MAX_FETCHES_OF_COMPONENT: usize = 8;
/// How long a fetch waits for its permits.
pub(crate) const PERMIT_TIMEOUT: Duration = Duration::from_secs(1);
/// Components whose permits are remembered.
const MAX_COMPONENTS: u64 = 256;
/// How long the permits of an idle component are remembered.
const REMEMBERED_FOR: Duration = Duration::from_secs(3600);

/// Bounds the concurrent fetches of all components, and those of each component.
#[derive(Clone)]
pub(crate) struct FetchPermits {
    all: Arc<Semaphore>,
    components: Cache<String, Arc<Semaphore>>,
}

impl FetchPermits {
    pub(crate) fn new() -> Self {
        Self {
            all: Arc::new(Semaphore::new(MAX_FETCHES)),
            components: Cache::builder()
                .max_capacity(MAX_COMPONENTS)
                .time_to_idle(REMEMBERED_FOR)
                .build(),
        }
    }

    /// Waits for both permits. The component's own comes first, so that a component that waits for
    /// it holds nothing that other components need.
    pub(crate) async fn acquire(&self, component: &str) -> Option<[OwnedSemaphorePermit; 2]> {
        let new = || Arc::new(Semaphore::new(MAX_FETCHES_OF_COMPONENT));
        let component = self.components.get_with_by_ref(component, new);
        let both = async {
            let own = component.acquire_owned().await.ok()?;
            Some([own, Arc::clone(&self.all).acquire_owned().await.ok()?])
        };
        tokio::time::timeout(PERMIT_TIMEOUT, both).await.ok()?
    }
}
