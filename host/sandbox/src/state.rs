use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{Authentication, Claims, Delivery, Description, Egress, text};
use bellpull_engine::ClassLimits;
use bellpull_engine::wasmtime::{self, ResourceLimiter, component::ResourceTable};
use bellpull_ports::BoundReceiver;

use crate::budget::Budget;
use crate::shown::Hidden;
use crate::stop::Stop;
use crate::talk::{Heard, Talk};
use crate::time::Time;
use crate::waits::Waits;
use crate::wasi::World;

/// Which of its exports a guest is in: it decides what the guest may import.
pub(crate) enum Phase {
    /// `describe`: `log` alone.
    Describe,
    /// `configure`: `log` and the config.
    Configure {
        /// `spec.config` as JSON.
        config: Arc<str>,
    },
    /// `receive`: everything that is granted.
    Receive(Call),
}

/// One delivery in one guest.
pub(crate) struct Call {
    pub(crate) receiver: Arc<BoundReceiver>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) description: Arc<Description>,
    pub(crate) reach: Reach,
    /// The proving keys that a check has matched, each with the kind of the check.
    proven: Vec<(String, Authentication)>,
    claims: Option<Arc<Claims>>,
    signed: bool,
    pub(crate) hidden: Hidden,
}

/// How far a component reaches beyond its delivery.
#[derive(Clone)]
pub(crate) struct Reach {
    pub(crate) egress: Arc<dyn Egress>,
    /// The digest of the component, by which what it fetches is kept apart.
    pub(crate) component: Arc<str>,
    /// Hosts that it may have fetched from.
    pub(crate) hosts: Arc<[String]>,
    pub(crate) waits: Arc<Waits>,
}

impl Call {
    pub(crate) fn new(
        receiver: Arc<BoundReceiver>,
        delivery: Arc<Delivery>,
        description: Arc<Description>,
        reach: Reach,
    ) -> Self {
        Self {
            receiver,
            delivery,
            description,
            reach,
            proven: Vec::new(),
            claims: None,
            signed: false,
            hidden: Hidden::default(),
        }
    }

    /// Records a signature by a key that is no credential of the Receiver's.
    pub(crate) fn signed(&mut self) {
        self.signed = true;
    }

    /// Records that a token was verified.
    pub(crate) fn token_verified(&mut self, claims: Claims) {
        self.claims = Some(Arc::new(claims));
    }

    /// What the last verified token says.
    pub(crate) fn claims(&self) -> Option<&Arc<Claims>> {
        self.claims.as_ref()
    }

    /// Records that a check of `key` succeeded, if the binding asks for one.
    pub(crate) fn succeeded(&mut self, key: &str, kind: Authentication) {
        let mut proving = self.receiver.binding.proving_keys();
        if proving.any(|proving| proving == key) {
            self.proven.push((key.to_owned(), kind));
        }
    }

    /// Whether everything that was bound has been checked.
    pub(crate) fn is_proven(&self) -> bool {
        let binding = &self.receiver.binding;
        match binding.authentication {
            Authentication::PathOnly => true,
            Authentication::Token => self.claims.is_some(),
            // Without a key of the Receiver's, the sender is known by a public one.
            Authentication::Signature if binding.proving_keys().next().is_none() => self.signed,
            // What is presented beside a signature does not make up for it.
            kind @ Authentication::Signature => {
                self.proven.iter().any(|(_, proven)| *proven == kind)
                    && binding.proving_keys().all(|key| self.has_proven(key, None))
            }
            kind @ Authentication::Secret => binding
                .proving_keys()
                .all(|key| self.has_proven(key, Some(kind))),
        }
    }

    /// Whether it has been found out who sent the delivery: the path alone tells nobody.
    pub(crate) fn knows_sender(&self) -> bool {
        self.receiver.binding.authentication != Authentication::PathOnly && self.is_proven()
    }

    fn has_proven(&self, key: &str, by: Option<Authentication>) -> bool {
        let mut proven = self.proven.iter();
        proven.any(|(proven, kind)| proven == key && by.is_none_or(|by| by == *kind))
    }

    pub(crate) fn may_read_body(&self) -> bool {
        self.receiver.binding.reads_before_proof() || self.is_proven()
    }
}

/// Who is asked, and at whose expense.
pub(crate) struct Asked {
    pub(crate) provider: Arc<str>,
    pub(crate) time: Arc<Time>,
    pub(crate) talk: Arc<Talk>,
}

/// Everything that one store holds.
pub(crate) struct State {
    pub(crate) phase: Phase,
    pub(crate) provider: Arc<str>,
    pub(crate) budget: Budget,
    pub(crate) time: Arc<Time>,
    talk: Arc<Talk>,
    pub(crate) table: ResourceTable,
    /// Documents that the guest holds.
    pub(crate) documents: usize,
    pub(crate) peak_memory: usize,
    pub(crate) world: World,
    limits: ClassLimits,
}

impl State {
    pub(crate) fn new(guest: Asked, phase: Phase, limits: ClassLimits) -> Self {
        let length = match &phase {
            Phase::Receive(call) => call.delivery.body.len(),
            Phase::Describe | Phase::Configure { .. } => 0,
        };
        Self {
            phase,
            provider: guest.provider,
            budget: Budget::for_body(length),
            time: guest.time,
            talk: guest.talk,
            table: ResourceTable::new(),
            documents: 0,
            peak_memory: 0,
            world: World::default(),
            limits,
        }
    }

    /// The delivery in hand, for the imports that only `receive` may use.
    pub(crate) fn call(&mut self) -> wasmtime::Result<&mut Call> {
        self.budget.host_call().map_err(wasmtime::Error::new)?;
        match &mut self.phase {
            Phase::Receive(call) => Ok(call),
            Phase::Describe | Phase::Configure { .. } => Err(wasmtime::Error::new(Stop::contract(
                "this import may be used by `receive` alone",
            ))),
        }
    }

    /// Hands what the guest printed to the log.
    pub(crate) fn log_output(&mut self) {
        for line in self.world.printed().unwrap_or_default().lines() {
            self.log(tracing::Level::INFO, line);
        }
    }

    /// One line of the guest's, fit for the log.
    pub(crate) fn log(&mut self, level: tracing::Level, message: &str) {
        /// Bytes of a line.
        const LINE: usize = 1 << 10;
        if !self.budget.log_line() {
            return;
        }
        let provider = &*self.provider;
        match self.talk.line(Instant::now()) {
            Heard::Yes => {}
            Heard::NoMore => {
                tracing::warn!(
                    provider,
                    "guest talks too much: left out until the minute is over"
                );
                return;
            }
            Heard::No => return,
        }
        let (delivery, message) = match &self.phase {
            Phase::Receive(call) => (
                Some(call.delivery.id.as_str()),
                text::printable(&text::scrub(message, call.receiver.secrets()), LINE),
            ),
            Phase::Describe | Phase::Configure { .. } => (None, text::printable(message, LINE)),
        };
        match level {
            tracing::Level::WARN => tracing::warn!(provider, delivery, message, "guest"),
            tracing::Level::INFO => tracing::info!(provider, delivery, message, "guest"),
            _ => tracing::debug!(provider, delivery, message, "guest"),
        }
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.memory {
            let stop = Stop::Memory {
                what: "memory",
                wanted: desired,
                limit: self.limits.memory,
            };
            return Err(wasmtime::Error::new(stop));
        }
        self.peak_memory = self.peak_memory.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.table_elements {
            let stop = Stop::Memory {
                what: "table",
                wanted: desired,
                limit: self.limits.table_elements,
            };
            return Err(wasmtime::Error::new(stop));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.core_instances as usize
    }

    fn tables(&self) -> usize {
        self.limits.tables as usize
    }

    fn memories(&self) -> usize {
        1
    }
}
