//! A wall clock that stands still at the time the delivery is judged by, and a monotonic one that a
//! sleep sets forward.

use std::sync::Arc;
use std::time::Duration;

use bellpull_engine::wasmtime::{self, component::Resource};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use crate::state::{Phase, State};
use crate::time::Time;

/// Ready once the guest's clock says so.
struct Alarm {
    time: Arc<Time>,
    at: Duration,
}

#[async_trait]
impl Pollable for Alarm {
    async fn ready(&mut self) {
        if self.time.clock() < self.at {
            self.time.wake_at(self.at);
            // Whoever polls sets the clock forward and asks again.
            std::future::pending().await
        }
    }
}

impl State {
    fn alarm(&mut self, at: Duration) -> wasmtime::Result<Resource<DynPollable>> {
        let time = Arc::clone(&self.time);
        let table = self.charged()?;
        let alarm = table.push(Alarm { time, at })?;
        subscribe(table, alarm)
    }
}

impl monotonic_clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.charged()?;
        let now = self.time.clock().as_nanos();
        Ok(u64::try_from(now).unwrap_or(u64::MAX))
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        self.charged()?;
        Ok(1)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.alarm(Duration::from_nanos(when))
    }

    fn subscribe_duration(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.alarm(self.time.clock().saturating_add(Duration::from_nanos(when)))
    }
}

impl wall_clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<Datetime> {
        self.charged()?;
        let now = match &self.phase {
            Phase::Receive(call) => call.delivery.received.as_millisecond(),
            Phase::Describe | Phase::Configure { .. } => 0,
        };
        let now = Duration::from_millis(u64::try_from(now).unwrap_or_default());
        Ok(Datetime {
            seconds: now.as_secs(),
            nanoseconds: now.subsec_nanos(),
        })
    }

    fn resolution(&mut self) -> wasmtime::Result<Datetime> {
        self.charged()?;
        Ok(Datetime {
            seconds: 0,
            nanoseconds: 1_000_000,
        })
    }
}
