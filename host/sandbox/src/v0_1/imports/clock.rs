use bellpull_engine::wasmtime;

use crate::host_call::HostCall;
use crate::v0_1::bindings::bellpull::provider::clock::Host;

impl Host for HostCall<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        let received = self.store()?.receive_call()?.delivery.received;
        Ok(u64::try_from(received.as_millisecond()).unwrap_or_default())
    }
}
