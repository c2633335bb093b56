use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Metadata, ReceiverStatus, crd};

// The comments of everything below `ReceiverSpec` are also what `kubectl explain` says, so they
// speak to whoever writes a Receiver. Constraints are those of Flux's own definition where it has
// one (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`).

/// A Receiver: which provider may ring, how it proves itself, and what it reconciles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receiver {
    /// Name, namespace, labels, annotations.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: ReceiverSpec,
}

/// What is wanted: who may ring, how that is verified, and what is reconciled then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
// An unknown field is refused, as kubectl's strict validation does: it may have been meant to
// close something.
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[kube(
    group = "notification.toolkit.fluxcd.io",
    version = "v1",
    kind = "Receiver",
    // The plain `Receiver` above is what is worked with: this one knows its definition.
    root = "DefinedReceiver",
    namespaced,
    doc = "A webhook: who may ring, how the ring is verified, and which objects it reconciles.",
    status = "ReceiverStatus",
    category = "all",
    category = "fluxcd",
    category = "fluxcd-notifications",
    // Patterns hold dollar signs, which post-build substitution would take for variables.
    annotation("kustomize.toolkit.fluxcd.io/substitute", "disabled"),
    printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name": "Ready", "type": "string",
        "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name": "Status", "type": "string",
        "jsonPath": ".status.conditions[?(@.type==\"Ready\")].message"}"#
)]
#[schemars(extend("x-kubernetes-validations" = crd::cross_field_rules()))]
pub struct ReceiverSpec {
    /// Who sends: the name of a bundled provider, such as `github`, `gitlab`, `generic` or
    /// `generic-hmac`, or of any other component that is loaded. It decides how a delivery is
    /// verified and what is read from it.
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9-]+$"))]
    pub provider: String,
    /// How often the Receiver itself is looked at again, as in `10m` or `1h30m`. Deliveries do not
    /// wait for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"),
        extend("default" = "10m")
    )]
    pub interval: Option<String>,
    /// The events that are acted on, in the sender's own words: `push` of GitHub, `Push Hook` of
    /// GitLab. Case does not matter; none listed means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The objects that a verified delivery reconciles.
    pub resources: Vec<ResourceReference>,
    /// CEL that must be true for an object to be reconciled. `res` is the object's metadata, `req`
    /// the body of the delivery and `claims` what a verified token says (generic-oidc alone). What
    /// does not compile to a boolean makes the Receiver not ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_filter: Option<String>,
    /// The Secret, in the same namespace, whose key `token` makes the webhook's path and verifies
    /// deliveries; some providers take further keys. Must be set, but for generic-oidc, where it
    /// must not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// Whose tokens are taken, for generic-oidc alone. The one whose `issuerURL` is the token's
    /// `iss` verifies it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-kubernetes-list-type" = "map",
        "x-kubernetes-list-map-keys" = ["issuerURL"]
    ))]
    pub oidc_providers: Vec<OidcProvider>,
    /// Whether deliveries are refused for now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspend: bool,
    /// Settings for the provider, whatever its component takes: `bellpull inspect` prints their
    /// schema. Flux's own definition of the Receiver drops this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crd::free_form")]
    pub config: Option<Map<String, Value>>,
}

/// One object by name, or those of a kind that labels select.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceReference {
    /// Group and version of the kind, as in `source.toolkit.fluxcd.io/v1`. Flux's sources,
    /// ImageRepository, ArtifactGenerator and the kinds of Flux Operator do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The kind: one of Flux's or Flux Operator's, or another that Bellpull is allowed to notify.
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[A-Za-z0-9]+$"))]
    pub kind: String,
    /// The object's name, or `*` for all that `matchLabels` selects.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The object's namespace; the Receiver's when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub namespace: Option<String>,
    /// Labels that an object must have, every one of them; none at all select everything, absent
    /// ones nothing. Takes the name `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_labels: Option<BTreeMap<String, String>>,
    /// CEL that must be true as well as `resourceFilter`, for the objects of this entry alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Whether only those are reconciled that the event is about: a GitRepository by its URL and
    /// ref, an OCIRepository or ImageRepository by its image. Flux's own definition of the Receiver
    /// drops this field.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_event: bool,
}

/// A Secret by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretReference {
    /// The Secret's name.
    pub name: String,
}

/// An issuer whose tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// The issuer as tokens name it in `iss`; its keys are found below this URL.
    #[serde(rename = "issuerURL")]
    #[schemars(regex(pattern = "^https?://"))]
    pub issuer_url: String,
    /// What a token must name in `aud`; `notification-controller` when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Expressions that are given a name under `vars`, for those below them and for `validations`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<OidcVariable>,
    /// What must be true of the claims, every one of them. A public issuer signs for anyone, so
    /// these say whom you mean: a repository's owner, for instance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(!default, !skip_serializing_if, length(min = 1))]
    pub validations: Vec<OidcValidation>,
}

/// A named CEL expression over claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcVariable {
    /// Its name under `vars`: an identifier of CEL.
    pub name: String,
    /// CEL over `claims` and the `vars` above this one.
    pub expression: String,
}

/// A CEL expression that must be true, and what to say when it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcValidation {
    /// CEL over `claims` and `vars` that must be true.
    pub expression: String,
    /// What is said when it is not.
    pub message: String,
}
