use bellpull_engine::wasmtime;

use crate::host_call::HostCall;
use crate::v0_1::bindings::bellpull::provider::log::{Host, Level};

impl Host for HostCall<'_> {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            Level::Debug => tracing::Level::DEBUG,
            Level::Info => tracing::Level::INFO,
            Level::Warn => tracing::Level::WARN,
        };
        self.store()?.log(level, &message);
        Ok(())
    }
}
