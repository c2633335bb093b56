//! The Receiver as an API server is told of it.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSON, JSONSchemaProps, JSONSchemaPropsOrArray,
};
use kube::core::CustomResourceExt as _;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::receiver::DefinedReceiver;

/// The CustomResourceDefinition of the Receiver: what Flux's own takes, and more
/// (fluxcd/notification-controller v1.9.3, `config/crd/bases`).
#[must_use]
pub fn receiver_crd() -> CustomResourceDefinition {
    let mut crd = DefinedReceiver::crd();
    let names = &mut crd.spec.names;
    names.list_kind = Some(format!("{}List", names.kind));
    for version in &mut crd.spec.versions {
        let schema = version.schema.as_mut();
        if let Some(root) = schema.and_then(|schema| schema.open_api_v3_schema.as_mut()) {
            drop_nulls(root);
            // Flux stores a Receiver without a spec, and what is stored must stay patchable.
            root.required = None;
            root.title = None;
            let properties = root.properties.as_mut();
            if let Some(status) = properties.and_then(|all| all.get_mut("status")) {
                // Tools that wait for a Receiver take a status of no generation for one of the
                // past (kstatus).
                status.default = Some(JSON(json!({"observedGeneration": -1})));
            }
        }
    }
    crd
}

/// Absence has one form. Were null a value, `secretRef: null` would count as a Secret given, and
/// defaults would not apply.
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

/// An object of any members.
pub(crate) fn free_form(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})
}

/// What fields of a spec ask of each other. Bellpull's plan says the same of a directory's
/// Receivers.
pub(crate) fn cross_field_rules() -> Value {
    json!([
        {
            "rule": "self.type == 'generic-oidc' ? has(self.oidcProviders) && self.oidcProviders.size() > 0 : true",
            "message": "generic-oidc receivers must define at least one oidcProvider",
        },
        {
            "rule": "has(self.oidcProviders) && self.oidcProviders.size() > 0 ? self.type == 'generic-oidc' : true",
            "message": "oidcProviders can only be set when type is generic-oidc",
        },
        {
            "rule": "self.type == 'generic-oidc' ? !has(self.secretRef) : true",
            "message": "secretRef cannot be set when type is generic-oidc",
        },
        {
            "rule": "self.type == 'generic-oidc' ? true : has(self.secretRef)",
            "message": "secretRef is required when type is not generic-oidc",
        },
    ])
}
