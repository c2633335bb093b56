use std::collections::BTreeMap;

use bellpull_api::{Metadata, Receiver, ReceiverSpec};

use crate::annotations::Annotations;
use crate::reference::is_filter;
use crate::{Authentication, Extensions, ReceiverId};

/// What filters read of a Receiver's metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverFacts {
    pub labels: BTreeMap<String, String>,
    /// Annotations, but for the copy that kubectl keeps of what was applied.
    pub annotations: BTreeMap<String, String>,
}

impl ReceiverFacts {
    fn of(metadata: &Metadata, spec: &ReceiverSpec) -> Self {
        let mut own = spec.resources.iter().map(|resource| &resource.filter);
        let filters =
            is_filter(spec.resource_filter.as_ref()) || own.any(|own| is_filter(own.as_ref()));
        if !filters {
            return Self::default();
        }
        let mut annotations = metadata.annotations.clone();
        annotations.remove(LAST_APPLIED_ANNOTATION);
        Self {
            labels: metadata.labels.clone(),
            annotations,
        }
    }
}

/// Where kubectl keeps what was applied last.
pub const LAST_APPLIED_ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A Receiver as the plan sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverObject {
    pub id: ReceiverId,
    /// RFC 3339; the older of two Receivers keeps a path. Absent sorts last.
    pub created: Option<String>,
    /// Of the spec.
    pub generation: Option<i64>,
    /// What is wanted, annotations included.
    pub spec: ReceiverSpec,
    /// `spec.type` as written, where an annotation names the provider.
    pub carrier: Option<String>,
    /// What is wrong with an annotation.
    pub annotation_error: Option<String>,
    /// How it must authenticate at the least.
    pub required: Option<Authentication>,
    /// How it may authenticate at the weakest when another component takes over.
    pub accepted: Option<Authentication>,
    /// What filters read of it; empty when there is no filter.
    pub facts: ReceiverFacts,
    /// Fields in use that Flux's CRD drops.
    pub extensions: Extensions,
    /// Those that this generation had when its status was written.
    pub remembered: Extensions,
}

impl ReceiverObject {
    /// A Receiver whose annotations say what its spec cannot.
    #[must_use]
    pub fn new(metadata: &Metadata, mut spec: ReceiverSpec) -> Self {
        let extensions = Extensions::of(&spec);
        let annotations = Annotations::apply(&metadata.annotations, &mut spec);
        Self {
            id: ReceiverId::new(metadata.namespace(), &metadata.name),
            required: annotations.required,
            accepted: annotations.accepted,
            facts: ReceiverFacts::of(metadata, &spec),
            created: metadata.creation_timestamp.clone(),
            generation: metadata.generation,
            spec,
            carrier: annotations.carrier,
            annotation_error: annotations.error,
            extensions,
            remembered: Extensions::default(),
        }
    }
}

impl From<Receiver> for ReceiverObject {
    fn from(receiver: Receiver) -> Self {
        Self::new(&receiver.metadata, receiver.spec)
    }
}
