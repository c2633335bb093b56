use bellpull_engine::wasmtime::Store;
use bellpull_engine::wasmtime::component::Linker;
use bellpull_engine::{Class, Engine, LARGE_SLOTS};
use tokio::sync::Semaphore;

use crate::component_limits::ComponentLimits;
use crate::error::SandboxError;
use crate::guest_memory::{GuestMemory, ReservedMemory};
use crate::permits::Permits;
use crate::store::{CallContext, Phase, StoreData};
use crate::{v0_1, wasi};

/// Bytes that one crossing of the boundary may carry.
const HOSTCALL_FUEL: usize = 256 << 10;
/// The same for `configure`. Its warnings are cut rather than refused: a sentence of 4 KiB on each of
/// the events that a Receiver may list has to pass.
const CONFIGURE_FUEL: usize = 1 << 20;
/// Handles that a guest may hold, with those of WASI.
const HANDLES: usize = 128;
/// Guests in `describe` or `configure` at once. An engine without a free slot fails instead of waiting,
/// so these guests have slots of their own.
pub(crate) const SETUP_SLOTS: usize = 4;

/// Runs the guests of one class.
pub(crate) struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<StoreData>,
    /// Permits for calls of `receive`.
    pub(crate) verifications: Permits,
    /// Permits for calls of `describe` and `configure`.
    pub(crate) setups: Semaphore,
    memory: GuestMemory,
}

impl Runtime {
    pub(crate) fn new(
        engine: Engine,
        max_verifications: usize,
        memory: GuestMemory,
    ) -> Result<Self, SandboxError> {
        let mut linker = Linker::new(engine.wasmtime());
        v0_1::link(&mut linker).map_err(SandboxError::Setup)?;
        wasi::link(&mut linker).map_err(SandboxError::Setup)?;
        let by_slots = match engine.class() {
            Class::Small => max_verifications,
            Class::Large | Class::Composed => {
                max_verifications.min(LARGE_SLOTS as usize - SETUP_SLOTS)
            }
        };
        let verifications = by_slots.min(memory.guests_at_once(engine.class()));
        Ok(Self {
            engine,
            linker,
            memory,
            verifications: Permits::new(verifications),
            setups: Semaphore::new(SETUP_SLOTS),
        })
    }

    /// Waits for the memory of one guest.
    pub(crate) async fn reserve_memory(&self) -> ReservedMemory {
        self.memory.reserve(self.engine.class()).await
    }

    /// A fresh store. Its bounds are set before any code of the guest runs, since its start function may
    /// already be hostile.
    pub(crate) fn store(
        &self,
        context: CallContext,
        phase: Phase,
        limits: ComponentLimits,
    ) -> Store<StoreData> {
        let fuel = match phase {
            Phase::Configure { .. } => CONFIGURE_FUEL,
            Phase::Describe | Phase::Receive(_) => HOSTCALL_FUEL,
        };
        let limits = limits.lower(self.engine.class().limits());
        let data = StoreData::new(context, phase, limits);
        let mut store = Store::new(self.engine.wasmtime(), data);
        store.limiter(|data| data);
        store.set_hostcall_fuel(fuel);
        store.set_max_component_handles(HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        store
    }
}
