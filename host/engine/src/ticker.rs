use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};

use wasmtime::EngineWeak;

use crate::config::TICK;

/// Ticks without work before the ticker parks. If it parked at once, each delivery would have to wake it.
const IDLE_TICKS: u32 = 100;

/// A thread that advances the engine's epoch, and parks while no guest runs.
pub(crate) struct Ticker {
    state: Arc<TickerState>,
    thread: Thread,
}

#[derive(Default)]
struct TickerState {
    running: AtomicUsize,
    parked: AtomicBool,
}

impl Ticker {
    /// Starts the thread; it ends by itself once the engine is gone.
    pub(crate) fn start(engine: EngineWeak) -> std::io::Result<Self> {
        let state = Arc::new(TickerState::default());
        let shared = Arc::clone(&state);
        let handle = thread::Builder::new()
            .name("epoch".to_owned())
            .spawn(move || tick(&engine, &shared))?;
        Ok(Self {
            state,
            thread: handle.thread().clone(),
        })
    }

    pub(crate) fn running(self: &Arc<Self>) -> Running {
        // The thread says that it parks and then looks at `running`; here it is the other way
        // round. In one total order at least one of the two sees the other.
        self.state.running.fetch_add(1, Ordering::SeqCst);
        if self.state.parked.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
        Running(Arc::clone(self))
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}

/// Keeps the ticks coming while it lives.
pub struct Running(Arc<Ticker>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.state.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn tick(engine: &EngineWeak, state: &TickerState) {
    let mut idle = 0;
    loop {
        thread::sleep(TICK);
        let Some(engine) = engine.upgrade() else {
            return;
        };
        engine.increment_epoch();
        drop(engine);
        if state.running.load(Ordering::SeqCst) > 0 {
            idle = 0;
            continue;
        }
        idle += 1;
        if idle < IDLE_TICKS {
            continue;
        }
        state.parked.store(true, Ordering::SeqCst);
        if state.running.load(Ordering::SeqCst) == 0 {
            thread::park();
        }
        state.parked.store(false, Ordering::SeqCst);
        idle = 0;
    }
}
