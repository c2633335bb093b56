use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bellpull_core::{Description, DescriptionError, Fault, ReceiverId, WrongFact};
use bellpull_engine::wasmtime::component::types::ComponentItem;
use bellpull_engine::{Artefact, Class, Digest, Engine, wasmtime};
use bellpull_schema::Schema;

use crate::breaker::{Breakers, Configuring};
use crate::grants::Grants;
use crate::runtime::Runtime;
use crate::sandbox::SandboxError;
use crate::talk::Talk;
use crate::{v0_1, wasi};

/// The name of the export by which components say their version, without the version.
const GUEST: &str = "bellpull:provider/guest@";

/// Versions of the contract that components may be made for.
pub const CONTRACTS: [&str; 1] = ["0.1.0"];

/// Why a component is not served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It exports no provider.
    #[error(
        "exports no Bellpull provider: expected {expected}, found {found}",
        expected = v0_1::GUEST
    )]
    NoGuest {
        /// What it exports.
        found: String,
    },
    /// It was made for another version of the contract.
    #[error(
        "made for contract {found}, this Bellpull takes {accepted}: rebuild it with a matching SDK or upgrade Bellpull",
        accepted = v0_1::GUEST
    )]
    Version {
        /// The version that it exports.
        found: String,
    },
    /// It imports a capability that was not granted to it.
    #[error("imports {interface}, which must be granted: start with --grant {provider}={grant}")]
    NotGranted {
        /// What it imports.
        interface: String,
        /// One of its provider names.
        provider: String,
        /// As the flag takes it.
        grant: &'static str,
    },
    /// It imports something of WASI that no component may.
    #[error(
        "imports {0}, and of WASI a component may import none but {taken}, each 0.2: build it without \
         what needs it",
        taken = wasi::INTERFACES.join(", ")
    )]
    Wasi(String),
    /// It imports another version of WASI.
    #[error(
        "imports {0}: it is built for a WASI other than 0.2, which this contract does not take: build \
         it for WASI 0.2 (wasm32-wasip2)"
    )]
    OtherWasi(String),
    /// It imports something else, or its types differ from the contract's.
    #[error("does not fit the contract: {0:#}")]
    Link(wasmtime::Error),
    /// Its code cannot be loaded.
    #[error(transparent)]
    Artefact(#[from] bellpull_engine::ArtefactError),
    /// No engine for its class can be made.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// Its description is not to be served.
    #[error("its description cannot be served")]
    Description(#[from] DescriptionError),
    /// It failed while it was asked what it is.
    #[error("failed in describe ({fault}): {reason}")]
    Faulted {
        /// How.
        fault: Fault,
        /// For whoever wrote it.
        reason: String,
    },
}

/// The code of a component.
pub(crate) enum Code {
    /// Ready to run.
    Linked(v0_1::Guest),
    /// To be loaded when a Receiver is bound to it.
    Later(Artefact<'static>, OnceLock<v0_1::Guest>),
}

/// A component that is compiled and described. Its code is linked when it is first needed.
pub struct Loaded {
    code: Arc<Code>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) breakers: Arc<Breakers<ReceiverId>>,
    pub(crate) configuring: Arc<Configuring>,
    pub(crate) talk: Arc<Talk>,
    faults: Arc<FaultCounts>,
    description: Arc<Description>,
    schema: Arc<Schema>,
    digest: Digest,
    component: Arc<str>,
    imports: Arc<[String]>,
    settings: Vec<String>,
    fetch_hosts: Arc<[String]>,
    wrong_facts: Vec<WrongFact>,
}

impl Loaded {
    /// A component that is granted nothing yet.
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
            configuring: Arc::default(),
            talk: Arc::default(),
            faults: Arc::default(),
            settings: Vec::new(),
            fetch_hosts: Arc::default(),
            component: digest.to_string().into(),
            description: Arc::new(description),
            schema: Arc::new(schema),
            digest,
            imports: imports.into(),
            wrong_facts: Vec::new(),
        }
    }

    /// The same, of whose description this was dropped.
    pub(crate) fn having_dropped(self, wrong_facts: Vec<WrongFact>) -> Self {
        Self {
            wrong_facts,
            ..self
        }
    }

    /// The same component with these grants and no others: its code, its faults and its rests are one
    /// with this one's.
    ///
    /// # Errors
    /// When it imports a capability that is not among them.
    pub fn granted(&self, grants: &Grants) -> Result<Self, LoadError> {
        granted(&self.imports, &self.description, grants)?;
        Ok(self.with(grants))
    }

    /// The same, whose imports are known to be granted.
    pub(crate) fn with(&self, grants: &Grants) -> Self {
        Self {
            code: Arc::clone(&self.code),
            runtime: Arc::clone(&self.runtime),
            breakers: Arc::clone(&self.breakers),
            configuring: Arc::clone(&self.configuring),
            talk: Arc::clone(&self.talk),
            faults: Arc::clone(&self.faults),
            description: Arc::clone(&self.description),
            schema: Arc::clone(&self.schema),
            digest: self.digest,
            component: Arc::clone(&self.component),
            imports: Arc::clone(&self.imports),
            settings: grants.settings(&self.description),
            fetch_hosts: grants.fetch_hosts(&self.description).into(),
            wrong_facts: self.wrong_facts.clone(),
        }
    }

    /// Its code, loaded and linked when it is first asked for.
    pub(crate) fn guest(&self) -> Result<&v0_1::Guest, LoadError> {
        let (artefact, linked) = match &*self.code {
            Code::Linked(guest) => return Ok(guest),
            Code::Later(artefact, linked) => (*artefact, linked),
        };
        if let Some(guest) = linked.get() {
            return Ok(guest);
        }
        let component = self.runtime.engine.load(artefact)?;
        let guest = link(&self.runtime, &component)?;
        Ok(linked.get_or_init(|| guest))
    }

    /// What it says it is.
    #[must_use]
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// What was dropped of its description, because it is not what it should be.
    #[must_use]
    pub fn wrong_facts(&self) -> &[WrongFact] {
        &self.wrong_facts
    }

    /// What it takes as `spec.config`.
    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Which bytes it is.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The digest as text.
    pub(crate) fn component(&self) -> &Arc<str> {
        &self.component
    }

    /// Hosts that it may have fetched from.
    pub(crate) fn fetch_hosts(&self) -> &Arc<[String]> {
        &self.fetch_hosts
    }

    /// The keys of Secrets that it may read.
    #[must_use]
    pub fn granted_settings(&self) -> &[String] {
        &self.settings
    }

    /// Whether it would have tokens verified.
    #[must_use]
    pub fn verifies_tokens(&self) -> bool {
        self.imports.iter().any(|name| name == v0_1::JWT)
    }

    /// What kind of guest it is.
    #[must_use]
    pub fn class(&self) -> Class {
        self.runtime.engine.class()
    }

    /// How often it has failed since it was loaded, by kind.
    pub fn faults(&self) -> impl Iterator<Item = (Fault, u64)> {
        self.faults.iter()
    }

    /// For how many Receivers it rests now, after repeated faults.
    #[must_use]
    pub fn resting(&self) -> usize {
        self.breakers.resting(Instant::now())
    }

    pub(crate) fn count(&self, fault: Fault) {
        self.faults.count(fault);
    }
}

/// A counter per kind of fault.
#[derive(Default)]
struct FaultCounts([AtomicU64; Fault::ALL.len()]);

impl FaultCounts {
    fn count(&self, fault: Fault) {
        let counters = Fault::ALL.iter().zip(&self.0);
        for (_, counter) in counters.filter(|(kind, _)| **kind == fault) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (Fault, u64)> {
        let counts = self.0.iter().map(|count| count.load(Ordering::Relaxed));
        Fault::ALL.into_iter().zip(counts)
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("providers", &self.description.providers)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// Whether a component may have the capabilities that it imports.
pub(crate) fn granted(
    imports: &[String],
    description: &Description,
    grants: &Grants,
) -> Result<(), LoadError> {
    let capabilities = [
        (v0_1::JWT, "jwt", grants.jwt(description)),
        (
            v0_1::FETCH,
            "fetch:HOST",
            !grants.fetch_hosts(description).is_empty(),
        ),
    ];
    let mut missing = capabilities
        .into_iter()
        .filter(|(interface, _, granted)| !granted && imports.iter().any(|name| name == interface));
    match missing.next() {
        None => Ok(()),
        Some((interface, grant, _)) => Err(LoadError::NotGranted {
            interface: interface.to_owned(),
            provider: description.providers.first().cloned().unwrap_or_default(),
            grant,
        }),
    }
}

/// Checks a component against the contract and links it.
pub(crate) fn link(
    runtime: &Runtime,
    component: &wasmtime::component::Component,
) -> Result<v0_1::Guest, LoadError> {
    probe(&runtime.engine, component)?;
    let mut imports = Shape::of(&runtime.engine, component).imports.into_iter();
    if let Some(refused) = imports.find(|name| name.starts_with("wasi:") && !wasi::offers(name)) {
        let version = refused.split_once('@').map(|(_, version)| version);
        let is_other = version.is_some_and(|version| !version.starts_with("0.2."));
        return Err(match is_other {
            true => LoadError::OtherWasi(refused),
            false => LoadError::Wasi(refused),
        });
    }
    let pre = runtime
        .linker
        .instantiate_pre(component)
        .map_err(LoadError::Link)?;
    v0_1::Guest::new(pre).map_err(LoadError::Link)
}

/// What a component takes and gives, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Interfaces that it imports.
    pub imports: Vec<String>,
    /// Interfaces that it exports.
    pub exports: Vec<String>,
    /// The version of the contract that it was made for, if it is a provider.
    pub contract: Option<String>,
}

impl Shape {
    pub(crate) fn of(engine: &Engine, component: &wasmtime::component::Component) -> Self {
        let engine = engine.wasmtime();
        let ty = component.component_type();
        let names = |name: &str| name.to_owned();
        let exports: Vec<String> = ty.exports(engine).map(|(name, _)| names(name)).collect();
        let contract = exports
            .iter()
            .find_map(|name| name.strip_prefix(GUEST))
            .map(names);
        Self {
            imports: ty.imports(engine).map(|(name, _)| names(name)).collect(),
            exports,
            contract,
        }
    }

    /// Interfaces of the contract that must be granted.
    pub fn capabilities(&self) -> impl Iterator<Item = &str> {
        let imports = self.imports.iter().map(String::as_str);
        imports.filter(|name| [v0_1::JWT, v0_1::FETCH].contains(name))
    }
}

fn probe(engine: &Engine, component: &wasmtime::component::Component) -> Result<(), LoadError> {
    let engine = engine.wasmtime();
    let ty = component.component_type();
    let exports: Vec<&str> = ty
        .exports(engine)
        .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentInstance(_)))
        .map(|(name, _)| name)
        .collect();
    if !exports.contains(&v0_1::GUEST) {
        return Err(match exports.iter().find(|name| name.starts_with(GUEST)) {
            Some(found) => LoadError::Version {
                found: (*found).to_owned(),
            },
            None if exports.is_empty() => LoadError::NoGuest {
                found: "nothing".to_owned(),
            },
            None => LoadError::NoGuest {
                found: exports.join(", "),
            },
        });
    }
    Ok(())
}
