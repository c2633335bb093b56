//! Random bytes, a few at a time: the host works for them.

use bellpull_engine::wasmtime;
use wasmtime_wasi::p2::bindings::random::{insecure_seed, random};

use crate::host_call::HostCall;
use crate::store::StoreData;

impl StoreData {
    fn random_u64(&mut self) -> wasmtime::Result<u64> {
        let mut bytes = [0; 8];
        self.budget.random(bytes.len() as u64)?;
        getrandom::fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

impl random::Host for HostCall<'_> {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        let length = self.store()?.budget.random(length)?;
        let mut bytes = vec![0; length];
        getrandom::fill(&mut bytes)?;
        Ok(bytes)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        self.store()?.random_u64()
    }
}

impl insecure_seed::Host for HostCall<'_> {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        let store = self.store()?;
        Ok((store.random_u64()?, store.random_u64()?))
    }
}
