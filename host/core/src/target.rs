use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::matching::TargetSpec;

/// An object to notify.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// `group/version`.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
    }
}

/// How much of an object is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Detail {
    /// Its name and labels.
    #[default]
    Name,
    /// All its metadata, which filters read.
    Metadata,
    /// That, and what its spec says of where it is fetched from.
    Spec,
}

/// An object that a reference names.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which one.
    pub target: Target,
    /// What is known of it, where that was asked for; none when it is not known to exist.
    pub object: Option<Arc<TargetObject>>,
    /// What the source of a HelmChart follows.
    pub source: Option<Arc<TargetObject>>,
    /// Whether a reference names it and no manifest is of it. It is notified all the same.
    pub is_stranger: bool,
}

impl From<Target> for Found {
    fn from(target: Target) -> Self {
        Self {
            target,
            object: None,
            source: None,
            is_stranger: false,
        }
    }
}

/// What filters and [`matching`](crate::matching) read of an object.
pub struct TargetObject {
    /// `apiVersion`, `kind` and `metadata`.
    pub resource: Value,
    /// Of its spec.
    pub spec: TargetSpec,
    /// Of whatever type evaluates filters. A type parameter would say so too, and stand in every
    /// signature of whoever only knows objects: a folder's index, a cluster's caches, all that
    /// follows them. They neither make this value nor read it.
    prepared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl TargetObject {
    /// An object as its API server or its manifest says it.
    #[must_use]
    pub fn new(resource: Value, spec: TargetSpec) -> Self {
        Self {
            resource,
            spec,
            prepared: OnceLock::new(),
        }
    }

    /// What whoever evaluates filters makes of the object, made once. `None` when somebody else has
    /// made something of another type.
    pub fn prepared<T: Send + Sync + 'static>(
        &self,
        prepare: impl FnOnce(&Value) -> T,
    ) -> Option<&T> {
        let prepared = self
            .prepared
            .get_or_init(|| Box::new(prepare(&self.resource)));
        prepared.downcast_ref()
    }
}

impl PartialEq for TargetObject {
    fn eq(&self, other: &Self) -> bool {
        self.resource == other.resource && self.spec == other.spec
    }
}

impl Eq for TargetObject {}

impl fmt::Debug for TargetObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetObject")
            .field("resource", &self.resource)
            .field("spec", &self.spec)
            .finish_non_exhaustive()
    }
}

/// Why a reference leads to no targets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing will change this until the Receiver does.
    #[error("{0}")]
    Invalid(String),
    /// Not known yet; asking again may help.
    #[error("{0}")]
    NotYet(String),
}

/// The `apiVersion` of a kind whose reference names none. Flux defaults the kinds of source and
/// image automation (fluxcd/notification-controller v1.9.3, `internal/server/
/// receiver_handlers.go`) and refuses the others. Flux Operator lets Receivers name its own kinds
/// (controlplaneio-fluxcd/flux-operator, `api/v1`).
#[must_use]
pub fn default_api_version(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Bucket" | "HelmChart" | "HelmRepository" | "GitRepository" | "OCIRepository" => {
            "source.toolkit.fluxcd.io/v1"
        }
        "ImageRepository" => "image.toolkit.fluxcd.io/v1",
        "ArtifactGenerator" => "source.extensions.fluxcd.io/v1beta1",
        "FluxInstance" | "ResourceSet" | "ResourceSetInputProvider" => "fluxcd.controlplane.io/v1",
        _ => return None,
    })
}
