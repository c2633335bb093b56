use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bellpull_core::Target;
use bellpull_matching::TargetSpec;
use serde_json::Value;

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

/// What filters and [`matching`](bellpull_matching) read of an object.
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
