use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Detail, min_interval};
use bellpull_matching::{Doubt, TargetSpec};
use bellpull_ports::TargetObject;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use kube::api::{ApiResource, DynamicObject};
use kube::core::{DynamicResourceScope, PartialObjectMeta};
use serde_json::{Value, json};

/// An object with its name, namespace, labels and least interval, and as much more as Receivers need.
#[derive(Clone, Debug)]
pub(crate) struct KnownObject {
    metadata: ObjectMeta,
    /// What its annotation says, or what is wrong with that.
    min_interval: Result<Option<Duration>, String>,
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

    pub(crate) fn into_labels(self) -> BTreeMap<String, String> {
        self.metadata.labels.unwrap_or_default()
    }

    /// The least interval between its notifications that its annotation asks for. A wrong one is passed
    /// over: an object cannot close a Receiver.
    pub(crate) fn min_interval(&self) -> Option<Duration> {
        self.min_interval.clone().ok().flatten()
    }

    /// What is wrong with the annotation for the least interval, if that is new since `before`.
    pub(super) fn new_interval_error(&self, before: Option<&Self>) -> Option<&str> {
        let error = self.min_interval.as_ref().err()?;
        let known = before.and_then(|before| before.min_interval.as_ref().err());
        (known != Some(error)).then_some(error)
    }

    /// An object of which the metadata was read.
    pub(crate) fn metadata(
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
            min_interval: interval_of(&metadata),
            metadata: found_by(metadata),
            object,
        }
    }

    /// An object that was read whole.
    pub(crate) fn whole(resource: &ApiResource, object: DynamicObject) -> Self {
        let spec = TargetSpec::read(&resource.api_version, &resource.kind, &object.data);
        let known = value(resource, &object.metadata);
        Self {
            min_interval: interval_of(&object.metadata),
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

fn interval_of(metadata: &ObjectMeta) -> Result<Option<Duration>, String> {
    metadata.annotations.as_ref().map_or(Ok(None), min_interval)
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

#[cfg(test)]
mod tests {
    use bellpull_api::MIN_INTERVAL_ANNOTATION;

    use super::*;

    fn annotated(value: &str) -> KnownObject {
        let annotation = (MIN_INTERVAL_ANNOTATION.to_owned(), value.to_owned());
        let mut object = DynamicObject::new("app", &resource());
        object.metadata.annotations = Some([annotation].into());
        KnownObject::read(&resource(), Detail::Name, object)
    }

    fn resource() -> ApiResource {
        ApiResource {
            group: String::new(),
            version: "v1".to_owned(),
            api_version: "v1".to_owned(),
            kind: "ConfigMap".to_owned(),
            plural: "configmaps".to_owned(),
        }
    }

    #[test]
    fn a_wrong_interval_is_passed_over_and_told_once() {
        let (good, wrong, other) = (annotated("30s"), annotated("soon"), annotated("later"));
        assert_eq!(good.min_interval(), Some(Duration::from_secs(30)));
        assert_eq!(wrong.min_interval(), None);
        let cases = [
            (&good, None, false),
            (&wrong, None, true),
            (&wrong, Some(&good), true),
            (&wrong, Some(&wrong), false),
            (&other, Some(&wrong), true),
            (&good, Some(&wrong), false),
        ];
        for (now, before, told) in cases {
            let error = now.new_interval_error(before);
            assert_eq!(error.is_some(), told, "{before:?}, now {now:?}: {error:?}");
        }
    }
}
