//! The Receiver as the API server sends it.

use std::borrow::Cow;

use bellpull_api::{
    Metadata, RECEIVER_API_VERSION, RECEIVER_GROUP, RECEIVER_KIND, REQUESTED_AT_ANNOTATION,
    ReceiverSpec, ReceiverStatus,
};
use bellpull_core::{Extensions, LAST_APPLIED_ANNOTATION, ReceiverId, ReceiverObject};
use bellpull_plan::UnreadableSpec;
use bellpull_plan::status::Observed;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use kube::runtime::reflector::ObjectRef;

use crate::read_part::ReadPart;

/// A Receiver whose spec or status may be unreadable. One that is does not make the whole list
/// unreadable.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct WatchedReceiver {
    pub(crate) metadata: ObjectMeta,
    /// `None` where there is none, which Flux's CRD allows, or where it has been dropped.
    #[serde(default)]
    pub(crate) spec: Option<ReadPart<ReceiverSpec>>,
    #[serde(default)]
    pub(crate) status: ReadPart<ReceiverStatus>,
}

impl WatchedReceiver {
    /// Drops fields that nothing reads.
    pub(crate) fn strip(&mut self) {
        self.metadata.managed_fields = None;
        self.metadata.owner_references = None;
        if let Some(annotations) = &mut self.metadata.annotations {
            annotations.remove(LAST_APPLIED_ANNOTATION);
        }
    }

    /// The key of a Receiver in a store.
    pub(crate) fn reference(id: &ReceiverId) -> ObjectRef<Self> {
        ObjectRef::new(&id.name).within(&id.namespace)
    }

    pub(crate) fn id(&self) -> ReceiverId {
        let namespace = self.metadata.namespace.as_deref().unwrap_or_default();
        let name = self.metadata.name.as_deref().unwrap_or_default();
        ReceiverId::new(namespace, name)
    }

    pub(crate) fn is_being_deleted(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// Drops everything that the writer of status does not need.
    pub(crate) fn drop_spec(&mut self) {
        self.spec = None;
        self.metadata.labels = None;
        if let Some(annotations) = &mut self.metadata.annotations {
            annotations.retain(|name, _| name == REQUESTED_AT_ANNOTATION);
        }
    }

    /// The Receiver to be planned.
    pub(crate) fn object(&self) -> Result<ReceiverObject, UnreadableSpec> {
        let generation = self.metadata.generation;
        let unreadable = |error: &str| UnreadableSpec {
            generation,
            message: format!("spec cannot be read by this version of Bellpull: {error}"),
        };
        let spec = match &self.spec {
            Some(ReadPart(Ok(spec))) => spec.clone(),
            Some(ReadPart(Err(error))) => return Err(unreadable(error)),
            None => return Err(unreadable("there is none")),
        };
        let created = self.metadata.creation_timestamp.as_ref();
        let metadata = Metadata {
            name: self.metadata.name.clone().unwrap_or_default(),
            namespace: self.metadata.namespace.clone(),
            labels: self.metadata.labels.clone().unwrap_or_default(),
            annotations: self.metadata.annotations.clone().unwrap_or_default(),
            creation_timestamp: created.map(|time| time.0.to_string()),
            generation,
        };
        let mut object = ReceiverObject::new(&metadata, spec);
        if let Ok(status) = &self.status.0 {
            object.remembered = Extensions::remembered(status, generation);
        }
        Ok(object)
    }

    /// What the next status depends on. A status that cannot be read counts as empty.
    pub(crate) fn observed(&self) -> Observed {
        let annotations = self.metadata.annotations.as_ref();
        Observed {
            generation: self.metadata.generation,
            requested_at: annotations.and_then(|all| all.get(REQUESTED_AT_ANNOTATION).cloned()),
            status: self.status.0.clone().unwrap_or_default(),
        }
    }
}

impl Resource for WatchedReceiver {
    type DynamicType = ();
    type Scope = k8s_openapi::NamespaceResourceScope;

    fn kind((): &()) -> Cow<'_, str> {
        RECEIVER_KIND.into()
    }

    fn group((): &()) -> Cow<'_, str> {
        RECEIVER_GROUP.into()
    }

    fn version((): &()) -> Cow<'_, str> {
        RECEIVER_API_VERSION
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .into()
    }

    fn plural((): &()) -> Cow<'_, str> {
        "receivers".into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
