//! Random bytes, few at a time: their making is the host's work.

use bellpull_engine::wasmtime;
use wasmtime_wasi::p2::bindings::random::{insecure_seed, random};

use crate::state::State;

impl State {
    fn random<const N: usize>(&mut self) -> wasmtime::Result<[u8; N]> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.random_bytes(N as u64)?);
        Ok(bytes)
    }

    fn random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.charged()?;
        let length = self.budget.random(length).map_err(wasmtime::Error::new)?;
        let mut bytes = vec![0; length];
        getrandom::fill(&mut bytes).map_err(wasmtime::Error::new)?;
        Ok(bytes)
    }
}

impl random::Host for State {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.random_bytes(length)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        self.random().map(u64::from_le_bytes)
    }
}

impl insecure_seed::Host for State {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        let one = self.random().map(u64::from_le_bytes)?;
        let other = self.random().map(u64::from_le_bytes)?;
        Ok((one, other))
    }
}
