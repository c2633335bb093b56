use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bellpull_core::{Description, Fault, ReceiverId, WrongFact};
use bellpull_engine::{Artefact, Class, Digest};
use bellpull_schema::Schema;

use crate::breaker::{Breakers, ConfigureBreakers};
use crate::component_limits::ComponentLimits;
use crate::error::LoadError;
use crate::fault_counts::FaultCounts;
use crate::grants::Grants;
use crate::link::link;
use crate::log_sink::LogSink;
use crate::runtime::Runtime;
use crate::v0_1;

/// The code of a component.
pub(crate) enum Code {
    /// Ready to run.
    Linked(v0_1::Guest),
    /// Loaded when the first Receiver is bound to the component.
    Deferred(Artefact<'static>, OnceLock<v0_1::Guest>),
}

/// A component whose description is known. Clones by [`granted`](Self::granted) share code, faults and
/// breakers.
#[derive(Clone)]
pub struct LoadedComponent {
    code: Arc<Code>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) breakers: Arc<Breakers<ReceiverId>>,
    pub(crate) configure_breakers: Arc<ConfigureBreakers>,
    pub(crate) log_sink: Arc<LogSink>,
    faults: Arc<FaultCounts>,
    description: Arc<Description>,
    schema: Arc<Schema>,
    digest: Digest,
    digest_text: Arc<str>,
    imports: Arc<[String]>,
    granted_settings: Vec<String>,
    fetch_hosts: Arc<[String]>,
    pub(crate) limits: ComponentLimits,
    wrong_facts: Vec<WrongFact>,
}

impl LoadedComponent {
    /// A component without grants.
    pub(crate) fn new(
        code: Code,
        runtime: Arc<Runtime>,
        (description, schema): (Description, Schema),
        digest: Digest,
        imports: Vec<String>,
    ) -> Self {
        Self {
            code: Arc::new(code),
            runtime,
            breakers: Arc::default(),
            configure_breakers: Arc::default(),
            log_sink: Arc::default(),
            faults: Arc::default(),
            granted_settings: Vec::new(),
            fetch_hosts: Arc::default(),
            limits: ComponentLimits::default(),
            digest_text: digest.to_string().into(),
            description: Arc::new(description),
            schema: Arc::new(schema),
            digest,
            imports: imports.into(),
            wrong_facts: Vec::new(),
        }
    }

    /// The same component, with the facts that were dropped from its description.
    pub(crate) fn without_facts(self, wrong_facts: Vec<WrongFact>) -> Self {
        Self {
            wrong_facts,
            ..self
        }
    }

    /// The same component with these grants and no others.
    ///
    /// # Errors
    /// When it imports a capability that they do not grant.
    pub fn granted(&self, grants: &Grants) -> Result<Self, LoadError> {
        grants.allow(&self.imports, &self.description)?;
        Ok(self.with(grants))
    }

    /// The same as [`granted`](Self::granted), for imports that are known to be granted.
    pub(crate) fn with(&self, grants: &Grants) -> Self {
        Self {
            granted_settings: grants.settings(&self.description),
            fetch_hosts: grants.fetch_hosts(&self.description).into(),
            ..self.clone()
        }
    }

    /// The same component within these limits.
    #[must_use]
    pub fn limited(&self, limits: ComponentLimits) -> Self {
        Self {
            limits,
            ..self.clone()
        }
    }

    /// The same component for replays, of which each stands by itself: no number of faults breaks it off,
    /// and its last lines are kept.
    #[must_use]
    pub fn for_replays(&self) -> Self {
        Self {
            breakers: Arc::new(Breakers::never()),
            configure_breakers: Arc::new(ConfigureBreakers::never()),
            log_sink: Arc::new(LogSink::with_transcript()),
            ..self.clone()
        }
    }

    /// Takes the last lines that a component [for replays](Self::for_replays) has logged or printed.
    #[must_use]
    pub fn take_last_lines(&self) -> Vec<String> {
        self.log_sink.take_last_lines()
    }

    /// The linked code. The first call loads deferred code.
    pub(crate) fn guest(&self) -> Result<&v0_1::Guest, LoadError> {
        let (artefact, linked) = match &*self.code {
            Code::Linked(guest) => return Ok(guest),
            Code::Deferred(artefact, linked) => (*artefact, linked),
        };
        if let Some(guest) = linked.get() {
            return Ok(guest);
        }
        let component = self.runtime.engine.load(artefact)?;
        let guest = link(&self.runtime, &component)?;
        Ok(linked.get_or_init(|| guest))
    }

    #[must_use]
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// The facts of its description that were dropped, because they are not of their form.
    #[must_use]
    pub fn wrong_facts(&self) -> &[WrongFact] {
        &self.wrong_facts
    }

    /// The schema of `spec.config`.
    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    pub(crate) fn digest_text(&self) -> &Arc<str> {
        &self.digest_text
    }

    /// The hosts that it may have fetched from.
    pub(crate) fn fetch_hosts(&self) -> &Arc<[String]> {
        &self.fetch_hosts
    }

    /// The keys of Secrets that it may read.
    #[must_use]
    pub fn granted_settings(&self) -> &[String] {
        &self.granted_settings
    }

    /// Whether it imports the verification of tokens.
    #[must_use]
    pub fn verifies_tokens(&self) -> bool {
        self.imports.iter().any(|name| name == v0_1::JWT)
    }

    #[must_use]
    pub fn class(&self) -> Class {
        self.runtime.engine.class()
    }

    /// How often it has faulted since it was loaded, by the kind of fault.
    pub fn faults(&self) -> impl Iterator<Item = (Fault, u64)> {
        self.faults.iter()
    }

    /// For how many Receivers it is broken off now, after repeated faults.
    #[must_use]
    pub fn resting(&self) -> usize {
        self.breakers.resting(Instant::now())
    }

    pub(crate) fn count_fault(&self, fault: Fault) {
        self.faults.count(fault);
    }
}

impl fmt::Debug for LoadedComponent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedComponent")
            .field("providers", &self.description.providers)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}
