use bellpull_engine::wasmtime;

use super::wit::{clock, log, types};
use crate::state::State;

impl types::Host for State {}

impl clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        let received = self.call()?.delivery.received;
        Ok(u64::try_from(received.as_millisecond()).unwrap_or_default())
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.budget.host_call().map_err(wasmtime::Error::new)?;
        let level = match level {
            log::Level::Debug => tracing::Level::DEBUG,
            log::Level::Info => tracing::Level::INFO,
            log::Level::Warn => tracing::Level::WARN,
        };
        self.log(level, &message);
        Ok(())
    }
}
