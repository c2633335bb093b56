use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, OnceLock};

use wasmtime::component::Component;

use crate::artefact::{Artefact, ArtefactError};
use crate::class::Class;
use crate::compile::compatibility;
use crate::config;
use crate::ticker::{Running, Ticker};

/// Guests of [`Class::Large`] at once: each may take 64 MiB.
pub const LARGE_SLOTS: u32 = 16;

/// Why an engine could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the WebAssembly engine: {0:#}")]
pub struct EngineError(wasmtime::Error);

/// The engine that runs the guests of one class, with its pool of slots and its ticks.
#[derive(Clone)]
pub struct Engine {
    class: Class,
    engine: wasmtime::Engine,
    ticker: Arc<Ticker>,
}

impl Engine {
    /// An engine with room for `slots` guests at once.
    ///
    /// # Errors
    /// When the machine cannot reserve the pool's address space.
    pub fn new(class: Class, slots: u32) -> Result<Self, EngineError> {
        let engine = wasmtime::Engine::new(&config::serving(class, slots)).map_err(EngineError)?;
        let ticker = Ticker::start(engine.weak()).map_err(|error| EngineError(error.into()))?;
        let ticker = Arc::new(ticker);
        Ok(Self {
            class,
            engine,
            ticker,
        })
    }

    /// Loads an artefact.
    ///
    /// # Errors
    /// When it was written for another class, machine, version or configuration.
    pub fn load(&self, artefact: Artefact<'_>) -> Result<Component, ArtefactError> {
        if artefact.class != self.class {
            return Err(ArtefactError::Foreign);
        }
        // SAFETY: `Artefact::trusted` is the promise that the compiler wrote these bytes and that
        // nobody has changed them; wasmtime checks version and configuration itself.
        #[expect(
            unsafe_code,
            reason = "the one place that turns an artefact into running code"
        )]
        let component = unsafe { Component::deserialize(&self.engine, artefact.code) };
        component.map_err(ArtefactError::Unfit)
    }

    /// The class of the guests that it runs.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }

    /// The engine of wasmtime.
    #[must_use]
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.engine
    }

    /// Keeps the ticks coming while the returned value lives.
    #[must_use]
    pub fn running(&self) -> Running {
        self.ticker.running()
    }
}

/// One engine per class. The engine of [`Class::Large`] is made with the first such component: most
/// hosts never need it.
pub struct Engines {
    small: Engine,
    large: OnceLock<Engine>,
}

impl Engines {
    /// Engines with room for `slots` small guests at once.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn new(slots: u32) -> Result<Self, EngineError> {
        Ok(Self {
            small: Engine::new(Class::Small, slots)?,
            large: OnceLock::new(),
        })
    }

    /// The engine of a class.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn of(&self, class: Class) -> Result<&Engine, EngineError> {
        match class {
            Class::Small => Ok(&self.small),
            Class::Large => match self.large.get() {
                Some(engine) => Ok(engine),
                None => {
                    let engine = Engine::new(class, LARGE_SLOTS)?;
                    Ok(self.large.get_or_init(|| engine))
                }
            },
        }
    }

    /// A name for what artefacts depend on: wasmtime's version, and the configuration of each class.
    ///
    /// # Errors
    /// When wasmtime refuses a configuration.
    pub fn compatibility(&self) -> Result<String, EngineError> {
        let mut hasher = DefaultHasher::new();
        compatibility(self.small.wasmtime(), &mut hasher);
        let large = wasmtime::Engine::new(&config::portable(Class::Large)).map_err(EngineError)?;
        compatibility(&large, &mut hasher);
        Ok(format!("{:016x}", hasher.finish()))
    }
}
