use std::borrow::Cow;
use std::sync::Arc;

use bellpull_core::Detail;
use bellpull_matching::{Doubt, TargetSpec};
use bellpull_ports::TargetObject;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use kube::api::{ApiResource, DynamicObject};
use kube::core::{DynamicResourceScope, PartialObjectMeta};
use serde_json::{Value, json};

/// An object with its name, namespace and labels, and as much more as Receivers need.
#[derive(Clone, Debug)]
pub(crate) struct KnownObject {
    metadata: ObjectMeta,
    /// `None` where names suffice.
    pub(crate) object: Option<Arc<TargetObject>>,
}

impl KnownObject {
    pub(crate) fn name(&self) -> Option<&str> {
        self.metadata.name.as_deref()
    }

    pub(crate) fn namespace(&self) -> Option<&str> {
        self.metadata.namespace.as_deref()
    }

    pub(crate) fn label(&self, name: &str) -> Option<&String> {
        self.metadata.labels.as_ref()?.get(name)
    }

    /// An object of a watch of metadata.
    pub(super) fn metadata(
        resource: &ApiResource,
        detail: Detail,
        object: PartialObjectMeta<DynamicObject>,
    ) -> Self {
        let metadata = object.metadata;
        let object = (detail != Detail::Name).then(|| {
            let spec = TargetSpec::Unknown(Doubt::Kind);
            Arc::new(TargetObject::new(value(resource, &metadata), spec))
        });
        Self {
            metadata: found_by(metadata),
            object,
        }
    }

    /// An object of a watch of whole objects.
    pub(super) fn whole(resource: &ApiResource, object: DynamicObject) -> Self {
        let spec = TargetSpec::read(&resource.api_version, &resource.kind, &object.data);
        let known = value(resource, &object.metadata);
        Self {
            metadata: found_by(object.metadata),
            object: Some(Arc::new(TargetObject::new(known, spec))),
        }
    }

    /// An object of a single request.
    pub(crate) fn read(resource: &ApiResource, detail: Detail, object: DynamicObject) -> Self {
        match detail {
            Detail::Spec => Self::whole(resource, object),
            Detail::Name | Detail::Metadata => Self::metadata(
                resource,
                detail,
                PartialObjectMeta {
                    types: object.types,
                    metadata: object.metadata,
                    _phantom: std::marker::PhantomData,
                },
            ),
        }
    }
}

/// The object as filters see it. As in Flux, they see the metadata only
/// (fluxcd/notification-controller v1.9.3, `internal/server/receiver_resource_filter.go`).
fn value(resource: &ApiResource, metadata: &ObjectMeta) -> Value {
    json!({
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": metadata,
    })
}

/// The metadata that an object is looked up and selected by.
fn found_by(metadata: ObjectMeta) -> ObjectMeta {
    ObjectMeta {
        name: metadata.name,
        namespace: metadata.namespace,
        labels: metadata.labels,
        resource_version: metadata.resource_version,
        uid: metadata.uid,
        ..ObjectMeta::default()
    }
}

impl Resource for KnownObject {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(resource: &ApiResource) -> Cow<'_, str> {
        resource.kind.as_str().into()
    }

    fn group(resource: &ApiResource) -> Cow<'_, str> {
        resource.group.as_str().into()
    }

    fn version(resource: &ApiResource) -> Cow<'_, str> {
        resource.version.as_str().into()
    }

    fn plural(resource: &ApiResource) -> Cow<'_, str> {
        resource.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
