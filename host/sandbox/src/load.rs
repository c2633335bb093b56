use std::sync::{Arc, OnceLock};

use bellpull_core::{Description, Fault};
use bellpull_engine::wasmtime;
use bellpull_engine::{Artefact, Digest};
use bellpull_schema::Schema;

use crate::component_limits::ComponentLimits;
use crate::error::LoadError;
use crate::fair_queue::Flow;
use crate::fault::{explain, fault_of};
use crate::grants::Grants;
use crate::guest_time::{GuestTime, metered};
use crate::link::link;
use crate::loaded_component::{Code, LoadedComponent};
use crate::log_sink::LogSink;
use crate::runtime::Runtime;
use crate::sandbox::{LOST, Sandbox};
use crate::shape::Shape;
use crate::store::{CallContext, Phase};
use crate::v0_1::Guest;

impl Sandbox {
    /// Links a compiled component and calls its `describe`. It serves once it is in a
    /// [`Catalog`](crate::Catalog).
    ///
    /// # Errors
    /// When it does not fit the contract, is not granted what it imports, or fails to describe itself.
    pub async fn load(
        &self,
        artefact: Artefact<'_>,
        digest: Digest,
        grants: &Grants,
    ) -> Result<Arc<LoadedComponent>, LoadError> {
        let runtime = self.runtime(artefact.class())?;
        let component = runtime.engine.load(artefact)?;
        let guest = link(&runtime, &component)?;
        let flow = Flow::of_host(&digest.to_string().into());
        let described = self.describe(&runtime, guest, &flow).await;
        let (guest, mut description) = described?;
        description.validate()?;
        let schema = Schema::of(&description)?;
        let imports = Shape::of(&runtime.engine, &component).imports;
        grants.allow(&imports, &description)?;
        let wrong_facts = description.drop_wrong_facts();
        for fact in &wrong_facts {
            let provider = description.providers.first();
            tracing::warn!(provider, %fact, "dropped of what a component says of itself");
        }
        let code = Code::Linked(guest);
        let loaded = LoadedComponent::new(code, runtime, (description, schema), digest, imports);
        Ok(Arc::new(loaded.without_facts(wrong_facts).with(grants)))
    }

    /// Takes a component whose description is known and which is granted everything that it asks for.
    /// Its code is loaded with the first Receiver that is bound to it.
    ///
    /// # Errors
    /// When the engine of its class cannot be set up, or its description cannot be served.
    pub fn defer(
        &self,
        artefact: Artefact<'static>,
        digest: Digest,
        description: Description,
    ) -> Result<Arc<LoadedComponent>, LoadError> {
        let runtime = self.runtime(artefact.class())?;
        let code = Code::Deferred(artefact, OnceLock::new());
        description.validate()?;
        let schema = Schema::of(&description)?;
        let loaded = LoadedComponent::new(code, runtime, (description, schema), digest, Vec::new());
        Ok(Arc::new(loaded.granted(&Grants::All)?))
    }

    async fn describe(
        &self,
        runtime: &Arc<Runtime>,
        guest: Guest,
        flow: &Flow,
    ) -> Result<(Guest, Description), LoadError> {
        let runtime = Arc::clone(runtime);
        let time = Arc::new(GuestTime::new(self.settings.verify_timeout));
        let log_sink = Arc::new(LogSink::with_transcript());
        let context = CallContext {
            provider: "(loading)".into(),
            time: Arc::clone(&time),
            log_sink: Arc::clone(&log_sink),
        };
        let mut store = runtime.store(context, Phase::Describe, ComponentLimits::default());
        let run = async move {
            let _slot = runtime.setups.acquire().await;
            let _memory = runtime.reserve_memory().await;
            let _running = runtime.engine.running();
            let described = metered(&time, guest.describe(&mut store)).await;
            store.data_mut().log_output();
            (guest, described)
        };
        let ran = self.slow_guests.run(flow, Box::pin(run)).await;
        let (guest, described) = ran.ok_or_else(|| LoadError::Faulted {
            fault: Fault::Host,
            reason: LOST.to_owned(),
            last_lines: Vec::new(),
        })?;
        let description = described.map_err(|error: wasmtime::Error| LoadError::Faulted {
            fault: fault_of(&error),
            reason: explain(&error),
            last_lines: log_sink.take_last_lines(),
        })?;
        Ok((guest, description))
    }
}
