use std::sync::Arc;

use wasmtime::component::Component;

use crate::compile::compatibility;
use crate::config;
use crate::ticker::{Running, Ticker};

/// Code that [`crate::Compiler`] wrote.
#[derive(Clone, Copy)]
pub struct Artefact<'a>(&'a [u8]);

impl<'a> Artefact<'a> {
    /// Vouches that `bytes` were written by [`crate::Compiler`] and by nobody since: they are
    /// machine code, and loading them runs it.
    #[must_use]
    pub fn trusted(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

/// Why an engine could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the WebAssembly engine: {0:#}")]
pub struct EngineError(wasmtime::Error);

/// Why an artefact was not loaded. Compiling the component again cures it.
#[derive(Debug, thiserror::Error)]
#[error("the compiled component does not fit this machine or version: {0:#}")]
pub struct LoadError(wasmtime::Error);

/// The engine that runs guests: pool, deadline ticks and configuration are one object.
#[derive(Clone)]
pub struct Engine {
    engine: wasmtime::Engine,
    ticker: Arc<Ticker>,
}

impl Engine {
    /// An engine with room for `slots` guests at once.
    ///
    /// # Errors
    /// When the machine cannot reserve the pool's address space.
    pub fn new(slots: u32) -> Result<Self, EngineError> {
        let engine = wasmtime::Engine::new(&config::serving(slots)).map_err(EngineError)?;
        let ticker = Ticker::start(engine.weak()).map_err(|error| EngineError(error.into()))?;
        let ticker = Arc::new(ticker);
        Ok(Self { engine, ticker })
    }

    /// Loads what [`crate::Compiler`] wrote.
    ///
    /// # Errors
    /// When it was written for another machine, version or configuration.
    pub fn load(&self, artefact: Artefact<'_>) -> Result<Component, LoadError> {
        // SAFETY: `Artefact::trusted` is the promise that the compiler wrote these bytes and that
        // nobody has changed them; wasmtime checks version and configuration itself.
        #[expect(
            unsafe_code,
            reason = "the one place that turns an artefact into running code"
        )]
        let component = unsafe { Component::deserialize(&self.engine, artefact.0) };
        component.map_err(LoadError)
    }

    /// wasmtime's engine.
    #[must_use]
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.engine
    }

    /// Names what artefacts of this engine depend on.
    #[must_use]
    pub fn compatibility(&self) -> String {
        compatibility(&self.engine)
    }

    /// Keeps the ticks coming while the returned value lives.
    #[must_use]
    pub fn running(&self) -> Running {
        self.ticker.running()
    }
}
