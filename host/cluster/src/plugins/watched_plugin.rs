//! The ReceiverPlugin as the API server sends it.

use std::borrow::Cow;

use bellpull_api::{
    PLUGIN_API_VERSION, PLUGIN_GROUP, PLUGIN_KIND, REQUESTED_AT_ANNOTATION, ROLLBACK_ANNOTATION,
    ReceiverPluginSpec, ReceiverPluginStatus,
};
use bellpull_core::text;
use bellpull_trust::PluginObject;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;

use crate::read_part::ReadPart;

/// A ReceiverPlugin whose spec or status may be unreadable. One that is does not make the whole list
/// unreadable.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct WatchedPlugin {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Option<ReadPart<ReceiverPluginSpec>>,
    #[serde(default)]
    status: ReadPart<ReceiverPluginStatus>,
}

impl WatchedPlugin {
    /// Drops fields that nothing reads.
    pub(crate) fn strip(&mut self) {
        self.metadata.managed_fields = None;
    }

    pub(crate) fn is_being_deleted(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// The object, without its manifest's copy of kubectl. A status that cannot be read counts as empty.
    pub(crate) fn into_object(self) -> PluginObject {
        let mut annotations = self.metadata.annotations.unwrap_or_default();
        PluginObject {
            name: self.metadata.name.unwrap_or_default(),
            generation: self.metadata.generation,
            spec: self
                .spec
                .map(|ReadPart(spec)| spec.map_err(|error| text::without_value(&error))),
            requested_at: annotations.remove(REQUESTED_AT_ANNOTATION),
            rollback_to: annotations.remove(ROLLBACK_ANNOTATION),
            status: self.status.0.unwrap_or_default(),
        }
    }
}

impl Resource for WatchedPlugin {
    type DynamicType = ();
    type Scope = k8s_openapi::ClusterResourceScope;

    fn kind((): &()) -> Cow<'_, str> {
        PLUGIN_KIND.into()
    }

    fn group((): &()) -> Cow<'_, str> {
        PLUGIN_GROUP.into()
    }

    fn version((): &()) -> Cow<'_, str> {
        let version = PLUGIN_API_VERSION.rsplit('/').next();
        version.unwrap_or_default().into()
    }

    fn plural((): &()) -> Cow<'_, str> {
        "receiverplugins".into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
