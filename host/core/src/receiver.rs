use std::collections::BTreeMap;
use std::time::Duration;

use bellpull_api::{Metadata, Receiver, ReceiverSpec};

use crate::annotations::Annotations;
use crate::networks::Networks;
use crate::reference::is_filter;
use crate::{Authentication, Extensions, ReceiverId};

/// The metadata of a Receiver that filters read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverFacts {
    pub labels: BTreeMap<String, String>,
    /// Without the copy of the manifest that kubectl keeps.
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

/// The annotation in which kubectl keeps the manifest that was applied last.
pub const LAST_APPLIED_ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A Receiver as the planner reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverObject {
    pub id: ReceiverId,
    /// Creation time (RFC 3339). Of two Receivers with the same path, the older keeps it; a
    /// Receiver without a time is the youngest.
    pub created: Option<String>,
    pub generation: Option<i64>,
    /// The spec, with the annotations that stand for its fields.
    pub spec: ReceiverSpec,
    /// `spec.type` as written, if an annotation names another provider.
    pub carrier: Option<String>,
    pub annotation_error: Option<String>,
    /// The weakest authentication that it allows.
    pub required: Option<Authentication>,
    /// The weakest authentication that it accepts when another version of its component takes over.
    pub accepted: Option<Authentication>,
    /// The networks that may send deliveries to it. `None`: any.
    pub allow_from: Option<Networks>,
    /// The least interval between the notifications of one target that its deliveries cause.
    pub min_interval: Option<Duration>,
    /// What filters read of it. Empty without filters.
    pub facts: ReceiverFacts,
    /// Fields in use that Flux's CRD does not know.
    pub extensions: Extensions,
    /// Those that were in use when the status of this generation was written.
    pub remembered: Extensions,
}

impl ReceiverObject {
    /// A Receiver from its metadata and spec. Annotations that stand for fields of the spec are
    /// applied.
    #[must_use]
    pub fn new(metadata: &Metadata, mut spec: ReceiverSpec) -> Self {
        let extensions = Extensions::of(&spec);
        let annotations = Annotations::apply(&metadata.annotations, &mut spec);
        Self {
            id: ReceiverId::new(metadata.namespace(), &metadata.name),
            required: annotations.required,
            accepted: annotations.accepted,
            allow_from: annotations.allow_from,
            min_interval: annotations.min_interval,
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
