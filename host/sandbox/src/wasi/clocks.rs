//! A wall clock that stands still at the time when the delivery was received, and a monotonic clock that
//! a sleep sets forward.

use std::sync::Arc;
use std::time::Duration;

use bellpull_engine::wasmtime::{self, component::Resource};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use crate::guest_time::GuestTime;
use crate::host_call::HostCall;
use crate::store::Phase;

/// Ready when the clock of the guest has reached `at`.
struct Alarm {
    time: Arc<GuestTime>,
    at: Duration,
}

#[async_trait]
impl Pollable for Alarm {
    async fn ready(&mut self) {
        if self.time.clock() < self.at {
            self.time.wake_at(self.at);
            // The poll sets the clock forward and asks again.
            std::future::pending().await
        }
    }
}

impl HostCall<'_> {
    fn alarm(
        &mut self,
        at: impl FnOnce(&GuestTime) -> Duration,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        let store = self.store()?;
        let time = Arc::clone(&store.time);
        let at = at(&time);
        let alarm = store.table.push(Alarm { time, at })?;
        subscribe(&mut store.table, alarm)
    }
}

impl monotonic_clock::Host for HostCall<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        let now = self.store()?.time.clock().as_nanos();
        Ok(u64::try_from(now).unwrap_or(u64::MAX))
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        self.store()?;
        Ok(1)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.alarm(|_| Duration::from_nanos(when))
    }

    fn subscribe_duration(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.alarm(|time| time.clock().saturating_add(Duration::from_nanos(when)))
    }
}

impl wall_clock::Host for HostCall<'_> {
    fn now(&mut self) -> wasmtime::Result<Datetime> {
        let now = match &self.store()?.phase {
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
        self.store()?;
        Ok(Datetime {
            seconds: 0,
            nanoseconds: 1_000_000,
        })
    }
}
