use std::sync::Arc;

use bellpull_core::{Egress, Fault};
use bellpull_engine::{Artefact, ByClass, Class, EngineError, Engines};

use crate::error::{LoadError, SandboxError};
use crate::guest_memory::GuestMemory;
use crate::loaded_component::LoadedComponent;
use crate::metrics::SandboxMetrics;
use crate::runtime::{Runtime, SETUP_SLOTS};
use crate::settings::SandboxSettings;
use crate::shape::Shape;
use crate::slow_guests::SlowGuests;

/// Said when the thread that ran a guest is gone.
pub(crate) const LOST: &str = "the run was lost with its thread";

/// Runs components, each call in a fresh instance.
pub struct Sandbox {
    pub(crate) egress: Arc<dyn Egress>,
    engines: Engines,
    runtimes: ByClass<Arc<Runtime>>,
    memory: GuestMemory,
    pub(crate) slow_guests: SlowGuests,
    pub(crate) settings: SandboxSettings,
    pub(crate) metrics: SandboxMetrics,
}

impl Sandbox {
    /// A sandbox without components.
    ///
    /// # Errors
    /// When this machine cannot run one.
    pub fn new(settings: SandboxSettings, egress: Arc<dyn Egress>) -> Result<Self, SandboxError> {
        let memory = GuestMemory::new(settings.max_guest_memory);
        let verifications = settings
            .max_verifications
            .min(memory.guests_at_once(Class::Small));
        let slots = verifications.saturating_add(SETUP_SLOTS);
        let sandbox = Self {
            egress,
            engines: Engines::new(u32::try_from(slots).unwrap_or(u32::MAX)),
            runtimes: ByClass::default(),
            memory,
            slow_guests: SlowGuests::new().map_err(|error| SandboxError::Setup(error.into()))?,
            settings,
            metrics: SandboxMetrics::default(),
        };
        sandbox.runtime(Class::Small)?;
        Ok(sandbox)
    }

    #[must_use]
    pub fn metrics(&self) -> &SandboxMetrics {
        &self.metrics
    }

    #[must_use]
    pub fn settings(&self) -> SandboxSettings {
        self.settings
    }

    /// A name for what artefacts depend on beside their component.
    ///
    /// # Errors
    /// When wasmtime refuses a configuration.
    pub fn compatibility(&self) -> Result<String, EngineError> {
        self.engines.compatibility()
    }

    /// The imports and exports of a compiled component, whether it fits the contract or not.
    ///
    /// # Errors
    /// When its code cannot be loaded.
    pub fn shape(&self, artefact: Artefact<'_>) -> Result<Shape, LoadError> {
        let runtime = self.runtime(artefact.class())?;
        let component = runtime.engine.load(artefact)?;
        Ok(Shape::of(&runtime.engine, &component))
    }

    pub(crate) fn runtime(&self, class: Class) -> Result<Arc<Runtime>, SandboxError> {
        let runtime = self.runtimes.of(class, || {
            let engine = self.engines.of(class)?.clone();
            let verifications = self.settings.max_verifications;
            let runtime = Runtime::new(engine, verifications, self.memory.clone())?;
            Ok::<_, SandboxError>(Arc::new(runtime))
        })?;
        Ok(Arc::clone(runtime))
    }

    /// Counts a fault of a component.
    pub(crate) fn count_fault(&self, provider: &str, component: &LoadedComponent, fault: Fault) {
        self.metrics.fault(provider, fault);
        component.count_fault(fault);
    }
}
