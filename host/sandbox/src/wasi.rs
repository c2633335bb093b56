//! WASI p2 as an empty world: no files, environment, arguments or network. For guests whose
//! language's runtime asks for it.

use std::time::Duration;

use bellpull_core::Timestamp;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxBuilder};

/// What a guest may write to stdout and stderr together; more traps.
const OUTPUT: usize = 64 << 10;

/// The empty world and what the guest printed into it.
pub(crate) struct World {
    pub(crate) ctx: WasiCtx,
    pub(crate) output: MemoryOutputPipe,
}

/// A clock that stands still at the time the delivery is judged by.
struct Standing(Duration);

impl HostWallClock for Standing {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.0
    }
}

impl World {
    pub(crate) fn new(now: Option<Timestamp>) -> Self {
        let now = now.map_or(Duration::ZERO, |now| {
            Duration::from_millis(u64::try_from(now.as_millisecond()).unwrap_or_default())
        });
        let output = MemoryOutputPipe::new(OUTPUT);
        let ctx = WasiCtxBuilder::new()
            .wall_clock(Standing(now))
            .allow_tcp(false)
            .allow_udp(false)
            .stdout(output.clone())
            .stderr(output.clone())
            .build();
        Self { ctx, output }
    }
}
