use std::fmt;
use std::sync::Arc;

use bellpull_core::{Description, DescriptionError, Fault};
use bellpull_engine::wasmtime::component::types::ComponentItem;
use bellpull_engine::wasmtime::component::{Component, Linker};
use bellpull_engine::{Digest, Engine, wasmtime};
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::breaker::Breaker;
use crate::state::State;
use crate::v0_1;

/// The name of the export by which components say their version, without the version.
const GUEST: &str = "bellpull:provider/guest@";

/// Where a component came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Built into the binary.
    Bundled,
    /// A file.
    File,
}

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
    /// It imports a capability of the contract that this host does not offer.
    #[error("imports {0}, which this Bellpull does not offer yet")]
    NotOffered(String),
    /// It imports something else, or its types differ from the contract's.
    #[error("does not fit the contract: {0:#}")]
    Link(wasmtime::Error),
    /// Its description is not to be served.
    #[error("its description cannot be served: {0}")]
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

/// A component that is compiled, linked and described.
pub struct Loaded {
    pub(crate) guest: v0_1::Guest,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) breaker: Breaker,
    description: Arc<Description>,
    digest: Digest,
    origin: Origin,
}

impl Loaded {
    pub(crate) fn new(
        guest: v0_1::Guest,
        permits: Arc<Semaphore>,
        description: Description,
        digest: Digest,
        origin: Origin,
    ) -> Self {
        let description = Arc::new(description);
        Self {
            guest,
            permits,
            breaker: Breaker::default(),
            description,
            digest,
            origin,
        }
    }

    /// What it says it is.
    #[must_use]
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// Which bytes it is.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether it rests after repeated faults.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        self.breaker.is_open(std::time::Instant::now())
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

/// Checks a component against the contract and links it.
pub(crate) fn link(
    engine: &Engine,
    linker: &Linker<State>,
    component: &Component,
) -> Result<v0_1::Guest, LoadError> {
    probe(engine, component)?;
    let pre = linker.instantiate_pre(component).map_err(LoadError::Link)?;
    v0_1::Guest::new(pre).map_err(LoadError::Link)
}

fn probe(engine: &Engine, component: &Component) -> Result<(), LoadError> {
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
    let not_offered = ty
        .imports(engine)
        .map(|(name, _)| name)
        .find(|name| v0_1::NOT_OFFERED.contains(name));
    match not_offered {
        Some(name) => Err(LoadError::NotOffered(name.to_owned())),
        None => Ok(()),
    }
}
