use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use bellpull_core::ports::{ConfigureError, Providers, Verify};
use bellpull_core::{
    Binding, Delivery, Description, Fault, ReceiverView, Refusal, Route, Verdict, VerifyError,
    limits,
};
use bellpull_engine::wasmtime::component::{Component, Linker};
use bellpull_engine::wasmtime::{self, Store};
use bellpull_engine::{Digest, Engine};

use crate::lane::SlowLane;
use crate::load::{self, LoadError, Loaded, Origin};
use crate::metrics::Metrics;
use crate::permits::Permits;
use crate::state::{Call, Phase, State};
use crate::stop::{Stop, classify, describe};
use crate::v0_1;

/// Bytes that one crossing of the boundary may carry.
const HOSTCALL_FUEL: usize = 256 << 10;
/// Handles that a guest may hold.
const HANDLES: usize = 64;

/// How much a sandbox may do at once, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Verifications at once.
    pub max_verifications: usize,
    /// Guest and host work of one verification; also how long one waits for its permit.
    pub verify_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_verifications: limits::MAX_VERIFICATIONS,
            verify_timeout: limits::VERIFY_TIMEOUT,
        }
    }
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the sandbox: {0:#}")]
pub struct SandboxError(wasmtime::Error);

/// What a verification took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// From permit to verdict.
    pub time: Duration,
    /// Linear memory at its largest, bytes.
    pub peak_memory: usize,
}

/// The loaded components and what runs them.
pub struct Sandbox {
    engine: Engine,
    linker: Linker<State>,
    components: ArcSwap<HashMap<String, Arc<Loaded>>>,
    permits: Permits,
    lane: SlowLane,
    verify_timeout: Duration,
    metrics: Metrics,
}

impl Sandbox {
    /// A sandbox without components.
    ///
    /// # Errors
    /// When its thread cannot be started or the contract cannot be linked.
    pub fn new(engine: Engine, settings: Settings) -> Result<Self, SandboxError> {
        let mut linker = Linker::new(engine.wasmtime());
        v0_1::link(&mut linker).map_err(SandboxError)?;
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(SandboxError)?;
        Ok(Self {
            engine,
            linker,
            components: ArcSwap::default(),
            permits: Permits::new(settings.max_verifications),
            lane: SlowLane::new().map_err(|error| SandboxError(error.into()))?,
            verify_timeout: settings.verify_timeout,
            metrics: Metrics::default(),
        })
    }

    /// What the sandbox counts.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Checks a component against the contract, links it and asks what it is. It serves once it is
    /// [installed](Self::install).
    ///
    /// # Errors
    /// Why it cannot be served.
    pub async fn load(
        &self,
        component: &Component,
        digest: Digest,
        origin: Origin,
    ) -> Result<Arc<Loaded>, LoadError> {
        let guest = load::link(&self.engine, &self.linker, component)?;
        let mut store = self.store(State::new("(loading)".into(), Phase::Describe));
        let _running = self.engine.running();
        let described =
            match tokio::time::timeout(self.verify_timeout, guest.describe(&mut store)).await {
                Ok(described) => described,
                Err(_) => Err(self.out_of_time()),
            };
        store.data_mut().log_output();
        let description = described.map_err(|error| LoadError::Faulted {
            fault: classify(&error),
            reason: describe(&error),
        })?;
        description.validate()?;
        for provider in &description.providers {
            self.metrics.announce(provider);
        }
        let permits = self.permits.for_component();
        Ok(Arc::new(Loaded::new(
            guest,
            permits,
            description,
            digest,
            origin,
        )))
    }

    /// Serves exactly these components, each under its provider names.
    pub fn install(&self, components: impl IntoIterator<Item = Arc<Loaded>>) {
        let mut by_name = HashMap::new();
        for component in components {
            for name in &component.description().providers {
                by_name.insert(name.clone(), Arc::clone(&component));
            }
        }
        self.components.store(Arc::new(by_name));
    }

    /// The component behind a provider name.
    #[must_use]
    pub fn component(&self, provider: &str) -> Option<Arc<Loaded>> {
        self.components.load().get(provider).cloned()
    }

    /// Every provider name with its component, sorted.
    #[must_use]
    pub fn components(&self) -> Vec<(String, Arc<Loaded>)> {
        let mut components: Vec<_> = self
            .components
            .load()
            .iter()
            .map(|(name, component)| (name.clone(), Arc::clone(component)))
            .collect();
        components.sort_by(|a, b| a.0.cmp(&b.0));
        components
    }

    /// A verification, and what it took.
    pub async fn measure(
        &self,
        route: &Arc<Route>,
        delivery: &Arc<Delivery>,
    ) -> (Result<Verdict, VerifyError>, Usage) {
        let provider = route.view.provider.as_str();
        let Some(loaded) = self.component(provider) else {
            return (Err(VerifyError::Unloaded), Usage::default());
        };
        if !loaded.breaker.admits(Instant::now()) {
            return (Err(VerifyError::BrokenOff), Usage::default());
        }
        let permit = self
            .permits
            .acquire(&route.receiver, &loaded.permits, self.verify_timeout)
            .await;
        let Some(permit) = permit else {
            self.metrics.busy();
            return (Err(VerifyError::Busy), Usage::default());
        };
        let call = Call::new(
            Arc::clone(route),
            Arc::clone(delivery),
            Arc::clone(loaded.description()),
        );
        let store = self.store(State::new(provider.into(), Phase::Receive(call)));
        let running = self.engine.running();
        let timeout = self.verify_timeout;
        let run = {
            let (route, loaded) = (Arc::clone(route), Arc::clone(&loaded));
            async move {
                // Both live as long as the guest, also when nobody waits for it any more.
                let _held = (permit, running);
                run(store, &loaded.guest, &route, timeout).await
            }
        };
        let ended = self.lane.run(Box::pin(run)).await;
        let (answer, usage) = ended.unwrap_or_else(|| {
            let lost = wasmtime::Error::msg("the run was lost with its thread");
            (Err(lost), Usage::default())
        });
        (self.judge(provider, &loaded, answer), usage)
    }

    fn judge(
        &self,
        provider: &str,
        loaded: &Loaded,
        answer: wasmtime::Result<Result<Verdict, Refusal>>,
    ) -> Result<Verdict, VerifyError> {
        let error = match answer {
            Ok(answer) => {
                loaded.breaker.succeeded();
                return answer.map_err(VerifyError::Refused);
            }
            Err(error) => error,
        };
        let fault = classify(&error);
        self.metrics.fault(provider, fault);
        if fault != Fault::Host
            && let Some(rest) = loaded.breaker.faulted(Instant::now())
        {
            self.metrics.broken_off(provider);
            tracing::warn!(
                provider,
                rest_seconds = rest.as_secs(),
                "component broken off after repeated faults"
            );
        }
        Err(VerifyError::Faulted(fault, describe(&error)))
    }

    fn store(&self, state: State) -> Store<State> {
        let mut store = Store::new(self.engine.wasmtime(), state);
        store.limiter(|state| state);
        store.set_hostcall_fuel(HOSTCALL_FUEL);
        store.set_max_component_handles(HANDLES);
        // Before anything of the guest runs: its start function may already be hostile.
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        store
    }

    fn out_of_time(&self) -> wasmtime::Error {
        wasmtime::Error::new(Stop::Deadline(self.verify_timeout.as_millis()))
    }
}

async fn run(
    mut store: Store<State>,
    guest: &v0_1::Guest,
    route: &Route,
    timeout: Duration,
) -> (wasmtime::Result<Result<Verdict, Refusal>>, Usage) {
    let start = Instant::now();
    let answer = match tokio::time::timeout(timeout, guest.receive(&mut store, &route.view)).await {
        Ok(answer) => answer,
        Err(_) => Err(wasmtime::Error::new(Stop::Deadline(timeout.as_millis()))),
    };
    store.data_mut().log_output();
    let usage = Usage {
        time: start.elapsed(),
        peak_memory: store.data().peak_memory,
    };
    (answer, usage)
}

impl Providers for Sandbox {
    fn describe(&self, provider: &str) -> Option<Arc<Description>> {
        self.component(provider)
            .map(|component| Arc::clone(component.description()))
    }

    async fn configure(&self, receiver: &ReceiverView) -> Result<Binding, ConfigureError> {
        let loaded = self
            .component(&receiver.provider)
            .ok_or(ConfigureError::Unknown)?;
        self.configure_with(&loaded, receiver).await
    }
}

impl Sandbox {
    /// Asks one component, installed or not, how a Receiver authenticates.
    ///
    /// # Errors
    /// What it found wrong, or how it failed.
    pub async fn configure_with(
        &self,
        loaded: &Loaded,
        receiver: &ReceiverView,
    ) -> Result<Binding, ConfigureError> {
        let phase = Phase::Configure {
            config: v0_1::config_of(receiver),
        };
        let mut store = self.store(State::new(receiver.provider.as_str().into(), phase));
        let _running = self.engine.running();
        let asked = loaded
            .guest
            .configure(&mut store, receiver, loaded.description());
        let answer = tokio::time::timeout(self.verify_timeout, asked).await;
        store.data_mut().log_output();
        let answer = answer.unwrap_or_else(|_| {
            let error = self.out_of_time();
            Err(ConfigureError::Faulted(classify(&error), describe(&error)))
        });
        if let Err(ConfigureError::Faulted(fault, reason)) = &answer {
            self.metrics.fault(&receiver.provider, *fault);
            tracing::warn!(provider = receiver.provider, %fault, reason, "component failed to configure a Receiver");
        }
        answer
    }
}

impl Verify for Sandbox {
    async fn verify(
        &self,
        route: &Arc<Route>,
        delivery: &Arc<Delivery>,
    ) -> Result<Verdict, VerifyError> {
        self.measure(route, delivery).await.0
    }
}
