use bellpull_engine::wasmtime::Store;
use bellpull_engine::wasmtime::component::Linker;
use bellpull_engine::{Class, Engine, LARGE_SLOTS};
use tokio::sync::Semaphore;

use crate::permits::Permits;
use crate::sandbox::SandboxError;
use crate::seats::{Seat, Seats};
use crate::state::{Asked, Phase, State};
use crate::{v0_1, wasi};

/// Bytes that one crossing of the boundary may carry.
const HOSTCALL_FUEL: usize = 256 << 10;
/// The same of what a binding comes to, whose warnings are cut rather than refused: a sentence of
/// 4 KiB on each of the events that a Receiver may list.
const CONFIGURE_FUEL: usize = 1 << 20;
/// Handles that a guest may hold, those of WASI with them.
const HANDLES: usize = 128;
/// Guests at once that are asked what they are, or how they bind. An engine that has no slot left
/// fails instead of waiting, so these have slots that deliveries do not take.
pub(crate) const ASKED_AT_ONCE: usize = 4;

/// What runs the guests of one class.
pub(crate) struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
    /// The right to judge a delivery.
    pub(crate) judging: Permits,
    /// Guests at once that are asked what they are, or how they bind.
    pub(crate) asked: Semaphore,
    seats: Seats,
}

impl Runtime {
    pub(crate) fn new(
        engine: Engine,
        max_verifications: usize,
        seats: Seats,
    ) -> Result<Self, SandboxError> {
        let mut linker = Linker::new(engine.wasmtime());
        v0_1::link(&mut linker).map_err(SandboxError::new)?;
        wasi::link(&mut linker).map_err(SandboxError::new)?;
        let judges = match engine.class() {
            Class::Small => max_verifications,
            Class::Large => max_verifications.min(LARGE_SLOTS as usize - ASKED_AT_ONCE),
        };
        let judges = judges.min(seats.for_guests(engine.class()));
        Ok(Self {
            engine,
            linker,
            seats,
            judging: Permits::new(judges),
            asked: Semaphore::new(ASKED_AT_ONCE),
        })
    }

    /// The memory of one guest, when it comes free.
    pub(crate) async fn seat(&self) -> Seat {
        self.seats.take(self.engine.class()).await
    }

    /// A fresh store, its bounds set before anything of the guest runs: its start function may
    /// already be hostile.
    pub(crate) fn store(&self, guest: Asked, phase: Phase) -> Store<State> {
        let fuel = match phase {
            Phase::Configure { .. } => CONFIGURE_FUEL,
            _ => HOSTCALL_FUEL,
        };
        let state = State::new(guest, phase, self.engine.class().limits());
        let mut store = Store::new(self.engine.wasmtime(), state);
        store.limiter(|state| state);
        store.set_hostcall_fuel(fuel);
        store.set_max_component_handles(HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        store
    }
}
