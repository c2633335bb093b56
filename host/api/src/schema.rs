//! The parts of the schemas that are written by hand.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// An object with any members.
pub(crate) fn free_form(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})
}

/// The rules between the fields of a spec. The planner applies the same ones to the Receivers of a
/// folder.
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

/// The rules between the fields of a ReceiverPlugin.
pub(crate) fn plugin_rules() -> Value {
    json!([
        {
            "rule": "has(self.verify) || has(self.digest)",
            "message": "verify or digest is required: say who must have signed the artefact, or which one it is",
        },
        {
            "rule": "has(self.source.oci) != has(self.source.configMap)",
            "message": "source needs oci or configMap, and not both",
        },
        {
            "rule": "!has(self.source.oci) || [has(self.source.oci.tag), has(self.source.oci.semver), has(self.source.oci.digest)].filter(x, x).size() == 1 || (has(self.digest) && !has(self.source.oci.tag) && !has(self.source.oci.semver) && !has(self.source.oci.digest))",
            "message": "source.oci needs one of tag, semver and digest",
        },
    ])
}
