//! The CustomResourceDefinition that an API server is given.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSON, JSONSchemaProps, JSONSchemaPropsOrArray,
};
use kube::core::CustomResourceExt as _;
use serde_json::json;

use crate::receiver::DefinedReceiver;
use crate::receiver_plugin::DefinedReceiverPlugin;

/// The CustomResourceDefinition of the Receiver. It accepts whatever Flux's own definition accepts,
/// and more (fluxcd/notification-controller v1.9.3, `config/crd/bases`).
#[must_use]
pub fn receiver_crd() -> CustomResourceDefinition {
    let mut crd = completed(DefinedReceiver::crd());
    for root in roots(&mut crd) {
        // Flux's definition allows a Receiver without a spec, and a stored one must stay patchable.
        root.required = None;
    }
    crd
}

/// The CustomResourceDefinition of the ReceiverPlugin.
#[must_use]
pub fn receiver_plugin_crd() -> CustomResourceDefinition {
    completed(DefinedReceiverPlugin::crd())
}

fn roots(crd: &mut CustomResourceDefinition) -> impl Iterator<Item = &mut JSONSchemaProps> {
    let versions = crd.spec.versions.iter_mut();
    let schemas = versions.filter_map(|version| version.schema.as_mut());
    schemas.filter_map(|schema| schema.open_api_v3_schema.as_mut())
}

fn completed(mut crd: CustomResourceDefinition) -> CustomResourceDefinition {
    let names = &mut crd.spec.names;
    names.list_kind = Some(format!("{}List", names.kind));
    for root in roots(&mut crd) {
        drop_nulls(root);
        root.title = None;
        let properties = root.properties.as_mut();
        if let Some(status) = properties.and_then(|all| all.get_mut("status")) {
            // Tools that wait for an object take an older generation for a stale status (kstatus).
            status.default = Some(JSON(json!({"observedGeneration": -1})));
        }
    }
    crd
}

/// Makes an absent field the only way to leave a value out. If null were a value, `secretRef: null`
/// would count as a Secret and defaults would not apply.
fn drop_nulls(schema: &mut JSONSchemaProps) {
    schema.nullable = None;
    schema
        .properties
        .iter_mut()
        .flat_map(|properties| properties.values_mut())
        .for_each(drop_nulls);
    if let Some(JSONSchemaPropsOrArray::Schema(items)) = &mut schema.items {
        drop_nulls(items);
    }
}
