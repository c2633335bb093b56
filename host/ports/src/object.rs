use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bellpull_core::Target;
use bellpull_matching::TargetSpec;
use serde_json::Value;

/// An object that a reference selects.
#[derive(Clone, Debug)]
pub struct FoundTarget {
    /// The object's identity.
    pub target: Target,
    /// Its metadata and spec, if they were requested and the object is known to exist.
    pub object: Option<Arc<TargetObject>>,
    /// The source of a HelmChart.
    pub source: Option<Arc<TargetObject>>,
    /// The least interval between its notifications that its annotations ask for, if they are known.
    pub min_interval: Option<Duration>,
    /// Whether a reference names it by name and it has no manifest. It is notified all the same.
    pub has_no_manifest: bool,
}

impl From<Target> for FoundTarget {
    fn from(target: Target) -> Self {
        Self {
            target,
            object: None,
            source: None,
            min_interval: None,
            has_no_manifest: false,
        }
    }
}

/// The parts of an object that filters and [`matching`](bellpull_matching) read.
pub struct TargetObject {
    /// `apiVersion`, `kind` and `metadata`.
    pub resource: Value,
    /// The parts of its spec that events are matched with.
    pub spec: TargetSpec,
    /// Belongs to the adapter that evaluates filters. A type parameter instead would appear in
    /// every signature of the code that only stores objects, such as the index of a folder and the
    /// caches of a cluster.
    prepared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl TargetObject {
    /// An object from its API server or its manifest.
    #[must_use]
    pub fn new(resource: Value, spec: TargetSpec) -> Self {
        Self {
            resource,
            spec,
            prepared: OnceLock::new(),
        }
    }

    /// The object as the filters' adapter prepares it, computed once. `None` if it was prepared as
    /// another type.
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
