use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, OnceLock};

use wasmtime::component::Component;

use crate::artefact::{Artefact, ArtefactError};
use crate::class::Class;
use crate::compile::compatibility;
use crate::config;
use crate::ticker::{Running, Ticker};

/// Guests of each class but [`Class::Small`] at once: each may take 64 MiB.
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

/// A value for each class, made when it is first asked for. Most hosts need that of [`Class::Small`] alone.
pub struct ByClass<T>([OnceLock<T>; Class::ALL.len()]);

impl<T> Default for ByClass<T> {
    fn default() -> Self {
        Self(Class::ALL.map(|_| OnceLock::new()))
    }
}

impl<T> ByClass<T> {
    /// The value of a class.
    ///
    /// # Errors
    /// Those of `make`, which is called if there is no value.
    pub fn of<E>(&self, class: Class, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        let [small, large, composed] = &self.0;
        let slot = match class {
            Class::Small => small,
            Class::Large => large,
            Class::Composed => composed,
        };
        match slot.get() {
            Some(value) => Ok(value),
            None => {
                let value = make()?;
                Ok(slot.get_or_init(|| value))
            }
        }
    }
}

/// One engine per class.
pub struct Engines {
    small_slots: u32,
    engines: ByClass<Engine>,
}

impl Engines {
    /// Engines with room for `slots` small guests at once, and for [`LARGE_SLOTS`] of each other class.
    #[must_use]
    pub fn new(slots: u32) -> Self {
        Self {
            small_slots: slots,
            engines: ByClass::default(),
        }
    }

    /// The engine of a class.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn of(&self, class: Class) -> Result<&Engine, EngineError> {
        self.engines.of(class, || {
            let slots = match class {
                Class::Small => self.small_slots,
                Class::Large | Class::Composed => LARGE_SLOTS,
            };
            Engine::new(class, slots)
        })
    }

    /// A name for what artefacts depend on: wasmtime's version, and the configuration of each class.
    ///
    /// # Errors
    /// When wasmtime refuses a configuration.
    pub fn compatibility(&self) -> Result<String, EngineError> {
        let mut hasher = DefaultHasher::new();
        Class::rules().hash(&mut hasher);
        for class in Class::ALL {
            let engine = wasmtime::Engine::new(&config::portable(class)).map_err(EngineError)?;
            compatibility(&engine, &mut hasher);
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}
