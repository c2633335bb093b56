use bellpull_engine::wasmtime;

use crate::host_call::HostCall;
use crate::network_wait::TOO_LONG;
use crate::v0_1::bindings::bellpull::provider::fetch::Host;

impl Host for HostCall<'_> {
    async fn get(&mut self, url: String) -> wasmtime::Result<Result<Vec<u8>, String>> {
        let store = self.store()?;
        let egress = store.receive_call()?.egress.clone();
        store.budget.fetch()?;
        let fetched = egress.port.fetch(&egress.component, &url, &egress.hosts);
        let fetched = egress.waits.wait(fetched).await;
        Ok(fetched
            .unwrap_or_else(|| Err(TOO_LONG.to_owned()))
            .map(|body| body.to_vec()))
    }
}
