//! What all providers share: the sandbox with its components, and one thread for all deliveries.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use bellpull_tests::cases::Replays;
use tokio::runtime::{Builder, Runtime};

/// The bundled providers, and what drives them.
pub(super) struct World {
    pub(super) runtime: Runtime,
    pub(super) replays: Replays,
}

static WORLD: LazyLock<Mutex<World>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let replays = runtime.block_on(Replays::new());
    Mutex::new(World { runtime, replays })
});

impl World {
    /// The only one. What the network answers belongs to one delivery at a time.
    pub(super) fn enter() -> MutexGuard<'static, Self> {
        WORLD.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
