use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bellpull_core::{
    Binding, Delivery, Description, Egress, Fault, ReceiverId, ReceiverView, Refusal, Usage,
    Verdict, VerifyError, limits,
};
use bellpull_engine::{Artefact, Class, Digest, EngineError, Engines, wasmtime};
use bellpull_ports::{BoundReceiver, ConfigureError, Verify};
use bellpull_schema::Schema;
use tokio::time::timeout;

use crate::grants::Grants;
use crate::lane::SlowLane;
use crate::load::{self, Code, LoadError, Loaded, Shape};
use crate::metrics::Metrics;
use crate::run::run;
use crate::runtime::{ASKED_AT_ONCE, Runtime};
use crate::seats::Seats;
use crate::state::{Asked, Call, Phase, Reach};
use crate::stop::{classify, describe};
use crate::time::{Time, metered};
use crate::turns::Party;
use crate::v0_1;

/// Said when the thread that ran a guest is gone.
const LOST: &str = "the run was lost with its thread";

/// How much a sandbox may do at once, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Verifications at once.
    pub max_verifications: usize,
    /// Memory of all guests at once, bytes; counts as at least what one guest may take.
    pub max_guest_memory: usize,
    /// Guest and host work of one verification; also how long one waits for its permit.
    pub verify_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_verifications: limits::MAX_VERIFICATIONS,
            max_guest_memory: limits::MAX_GUEST_MEMORY,
            verify_timeout: limits::VERIFY_TIMEOUT,
        }
    }
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The contract cannot be linked, or a thread not be started.
    #[error("cannot set up the sandbox: {0:#}")]
    Setup(wasmtime::Error),
    /// The engine cannot be made.
    #[error("{0}")]
    Engine(#[from] EngineError),
}

impl SandboxError {
    pub(crate) fn new(error: wasmtime::Error) -> Self {
        Self::Setup(error)
    }
}

/// Runs components, each call in a fresh instance.
pub struct Sandbox {
    egress: Arc<dyn Egress>,
    engines: Engines,
    small: Arc<Runtime>,
    seats: Seats,
    large: OnceLock<Arc<Runtime>>,
    lane: SlowLane,
    settings: Settings,
    metrics: Metrics,
}

impl Sandbox {
    /// A sandbox without components.
    ///
    /// # Errors
    /// When the machine cannot run one.
    pub fn new(settings: Settings, egress: Arc<dyn Egress>) -> Result<Self, SandboxError> {
        let seats = Seats::new(settings.max_guest_memory);
        let at_once = seats.for_guests(Class::Small);
        let at_once = settings.max_verifications.min(at_once);
        let slots = at_once.saturating_add(ASKED_AT_ONCE);
        let engines = Engines::new(u32::try_from(slots).unwrap_or(u32::MAX))?;
        let small = Runtime::new(
            engines.of(Class::Small)?.clone(),
            settings.max_verifications,
            seats.clone(),
        )?;
        Ok(Self {
            egress,
            engines,
            small: Arc::new(small),
            seats,
            large: OnceLock::new(),
            lane: SlowLane::new().map_err(|error| SandboxError::new(error.into()))?,
            settings,
            metrics: Metrics::default(),
        })
    }

    /// What the sandbox counts.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The limits it was made with.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Names what artefacts depend on besides their component.
    ///
    /// # Errors
    /// When wasmtime does not take its configuration.
    pub fn compatibility(&self) -> Result<String, EngineError> {
        self.engines.compatibility()
    }

    /// Checks a compiled component against the contract, links it and asks what it is. It serves
    /// once it is in a [`Catalog`](crate::Catalog).
    ///
    /// # Errors
    /// Why it cannot be served.
    pub async fn load(
        &self,
        artefact: Artefact<'_>,
        digest: Digest,
        grants: &Grants,
    ) -> Result<Arc<Loaded>, LoadError> {
        let runtime = self.runtime(artefact.class())?;
        let component = runtime.engine.load(artefact)?;
        let guest = load::link(&runtime, &component)?;
        let limit = self.settings.verify_timeout;
        let party = Party::host(&digest.to_string().into());
        let asking = {
            let runtime = Arc::clone(&runtime);
            let time = Arc::new(Time::new(limit));
            let asked = Asked {
                provider: "(loading)".into(),
                time: Arc::clone(&time),
                talk: Arc::default(),
            };
            let mut store = runtime.store(asked, Phase::Describe);
            async move {
                let _slot = runtime.asked.acquire().await;
                let _seat = runtime.seat().await;
                let _running = runtime.engine.running();
                let described = metered(&time, guest.describe(&mut store)).await;
                store.data_mut().log_output();
                (guest, described)
            }
        };
        let asked = self.lane.run(&party, Box::pin(asking)).await;
        let (guest, described) = asked.ok_or_else(|| LoadError::Faulted {
            fault: Fault::Host,
            reason: LOST.to_owned(),
        })?;
        let mut description = described.map_err(|error| LoadError::Faulted {
            fault: classify(&error),
            reason: describe(&error),
        })?;
        description.validate()?;
        let schema = Schema::of(&description)?;
        let imports = Shape::of(&runtime.engine, &component).imports;
        load::granted(&imports, &description, grants)?;
        let wrong = description.drop_wrong_facts();
        for fact in &wrong {
            let provider = description.providers.first();
            tracing::warn!(provider, %fact, "dropped of what a component says of itself");
        }
        let code = Code::Linked(guest);
        let loaded = Loaded::new(code, runtime, (description, schema), digest, imports);
        Ok(Arc::new(loaded.having_dropped(wrong).with(grants)))
    }

    /// A component that is known already and granted all that it asks for: its code is loaded when
    /// the first Receiver is bound to it.
    ///
    /// # Errors
    /// When there is no engine for its class, or its description is not to be served.
    pub fn defer(
        &self,
        artefact: Artefact<'static>,
        digest: Digest,
        description: Description,
    ) -> Result<Arc<Loaded>, LoadError> {
        let runtime = self.runtime(artefact.class())?;
        let code = Code::Later(artefact, OnceLock::new());
        description.validate()?;
        let schema = Schema::of(&description)?;
        let loaded = Loaded::new(code, runtime, (description, schema), digest, Vec::new());
        Ok(Arc::new(loaded.granted(&Grants::All)?))
    }

    /// What a compiled component takes and gives, whether it fits the contract or not.
    ///
    /// # Errors
    /// When its code cannot be loaded.
    pub fn shape(&self, artefact: Artefact<'_>) -> Result<Shape, LoadError> {
        let runtime = self.runtime(artefact.class())?;
        let component = runtime.engine.load(artefact)?;
        Ok(Shape::of(&runtime.engine, &component))
    }

    fn runtime(&self, class: Class) -> Result<Arc<Runtime>, SandboxError> {
        match class {
            Class::Small => Ok(Arc::clone(&self.small)),
            Class::Large => {
                if let Some(runtime) = self.large.get() {
                    return Ok(Arc::clone(runtime));
                }
                let engine = self.engines.of(class)?.clone();
                let runtime = Arc::new(Runtime::new(
                    engine,
                    self.settings.max_verifications,
                    self.seats.clone(),
                )?);
                Ok(Arc::clone(self.large.get_or_init(|| runtime)))
            }
        }
    }

    fn judge(
        &self,
        receiver: &BoundReceiver,
        loaded: &Loaded,
        answer: wasmtime::Result<Result<Verdict, Refusal>>,
    ) -> Result<Verdict, VerifyError> {
        let error = match answer {
            Ok(answer) => {
                loaded.breakers.succeeded(receiver.id());
                if let Ok(verdict) = &answer {
                    let wrong = verdict.wrong_facts().count();
                    self.metrics.wrong_facts(&receiver.view.provider, wrong);
                }
                return answer.map_err(VerifyError::Refused);
            }
            Err(error) => error,
        };
        let fault = classify(&error);
        let (receiver, provider) = (receiver.id(), receiver.view.provider.as_str());
        self.metrics.fault(provider, fault);
        loaded.count(fault);
        if fault != Fault::Host
            && let Some(rest) = loaded.breakers.faulted(receiver, Instant::now())
        {
            self.metrics.broken_off(provider);
            tracing::warn!(
                provider,
                %receiver,
                rest_seconds = rest.as_secs(),
                "component broken off for this Receiver after repeated faults"
            );
        }
        Err(VerifyError::Faulted(fault, describe(&error)))
    }
}

impl Sandbox {
    /// Asks a component how a Receiver authenticates.
    pub(crate) async fn configure(
        &self,
        loaded: &Arc<Loaded>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> Result<Binding, ConfigureError> {
        if !loaded.configuring.admits(id, Instant::now()) {
            return Err(ConfigureError::BrokenOff);
        }
        let phase = Phase::Configure {
            config: v0_1::config_of(receiver),
        };
        let limit = self.settings.verify_timeout;
        let party = Party::new(id, loaded.component());
        let asking = {
            let (loaded, receiver) = (Arc::clone(loaded), receiver.clone());
            async move {
                let runtime = &loaded.runtime;
                let guest = loaded
                    .guest()
                    .map_err(|error| ConfigureError::Faulted(Fault::Host, error.to_string()))?;
                let time = Arc::new(Time::new(limit));
                let asked = Asked {
                    provider: receiver.provider.as_str().into(),
                    time: Arc::clone(&time),
                    talk: Arc::clone(&loaded.talk),
                };
                let mut store = runtime.store(asked, phase);
                let _slot = runtime.asked.acquire().await;
                let _seat = runtime.seat().await;
                let _running = runtime.engine.running();
                let asked = guest.configure(&mut store, &receiver);
                let answer = metered(&time, asked).await;
                store.data_mut().log_output();
                v0_1::configured(answer, loaded.description())
            }
        };
        let asked = self.lane.run(&party, Box::pin(asking)).await;
        let answer =
            asked.unwrap_or_else(|| Err(ConfigureError::Faulted(Fault::Host, LOST.to_owned())));
        if let Err(ConfigureError::Faulted(fault, reason)) = &answer {
            self.metrics.fault(&receiver.provider, *fault);
            loaded.count(*fault);
            // What the host could not do says nothing of the component.
            if *fault != Fault::Host {
                loaded.configuring.faulted(id, Instant::now());
            }
            tracing::warn!(receiver = %id, provider = receiver.provider, %fault, reason, "component failed to configure a Receiver");
        } else {
            loaded.configuring.succeeded(id);
        }
        answer
    }
}

impl Verify for Sandbox {
    type Component = Loaded;

    async fn verify(
        &self,
        loaded: &Arc<Loaded>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> (Result<Verdict, VerifyError>, Usage) {
        let provider = receiver.view.provider.as_str();
        if !loaded.breakers.admits(receiver.id(), Instant::now()) {
            return (Err(VerifyError::BrokenOff), Usage::default());
        }
        let limit = self.settings.verify_timeout;
        let runtime = Arc::clone(&loaded.runtime);
        let party = Party::new(receiver.id(), loaded.component());
        let busy = || {
            self.metrics.busy();
            (Err(VerifyError::Busy), Usage::default())
        };
        let Some(mut permit) = runtime.judging.acquire(party.clone(), limit).await else {
            return busy();
        };
        let call = Call::new(
            Arc::clone(receiver),
            Arc::clone(delivery),
            Arc::clone(loaded.description()),
            Reach {
                egress: Arc::clone(&self.egress),
                component: Arc::clone(loaded.component()),
                hosts: Arc::clone(loaded.fetch_hosts()),
                waits: Arc::default(),
            },
        );
        let time = Arc::new(Time::new(limit));
        let asked = Asked {
            provider: provider.into(),
            time: Arc::clone(&time),
            talk: Arc::clone(&loaded.talk),
        };
        let store = runtime.store(asked, Phase::Receive(call));
        let running = runtime.engine.running();
        let run = {
            let (receiver, loaded) = (Arc::clone(receiver), Arc::clone(loaded));
            async move {
                // All live as long as the guest, also when nobody waits for it any more.
                let _held = (running, loaded.runtime.seat().await);
                let ended = match loaded.guest() {
                    Ok(guest) => run(store, guest, &receiver, &time).await,
                    Err(error) => (Err(wasmtime::Error::new(error)), Usage::default()),
                };
                permit.used(time.used());
                ended
            }
        };
        let patience = limits::EGRESS_WAIT + limit;
        let ran = timeout(patience, self.lane.run(&party, Box::pin(run))).await;
        // It has waited for its turns and the network; that is no fault of the guest's.
        let Ok(ended) = ran else {
            return busy();
        };
        let (answer, usage) = ended.unwrap_or_else(|| {
            let lost = wasmtime::Error::msg(LOST);
            (Err(lost), Usage::default())
        });
        (self.judge(receiver, loaded, answer), usage)
    }
}
