use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Metadata, ReceiverStatus, schema};

// `kubectl explain` prints the comments of `ReceiverSpec` and everything below it, so they address
// the author of a Receiver. Where Flux's own definition has a constraint, this one has the same
// (fluxcd/notification-controller v1.9.3, `api/v1/receiver_types.go`).

/// A Receiver: which provider may send, how a delivery is verified, and what it reconciles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receiver {
    pub metadata: Metadata,
    pub spec: ReceiverSpec,
}

/// The provider, the verification of its deliveries, and the objects that they reconcile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
// An unknown field is refused, as in kubectl's strict validation: its author may have meant it to
// restrict something.
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[kube(
    group = "notification.toolkit.fluxcd.io",
    version = "v1",
    kind = "Receiver",
    // The code works with the plain `Receiver` above. This type only carries the definition.
    root = "DefinedReceiver",
    namespaced,
    doc = "A webhook: who may send deliveries, how they are verified, and which objects they reconcile.",
    status = "ReceiverStatus",
    category = "all",
    category = "fluxcd",
    category = "fluxcd-notifications",
    // Post-build substitution would take the dollar signs of patterns for variables.
    annotation("kustomize.toolkit.fluxcd.io/substitute", "disabled"),
    printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name": "Ready", "type": "string",
        "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name": "Status", "type": "string",
        "jsonPath": ".status.conditions[?(@.type==\"Ready\")].message"}"#
)]
#[schemars(extend("x-kubernetes-validations" = schema::cross_field_rules()))]
pub struct ReceiverSpec {
    /// The provider that sends: a bundled one, such as `github`, `gitlab`, `generic` or
    /// `generic-hmac`, or one of any other loaded component. It verifies deliveries and reads
    /// events from them.
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9-]+$"))]
    pub provider: String,
    /// How often the Receiver itself is reconciled, such as `10m` or `1h30m`. Deliveries do not
    /// wait for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"),
        extend("default" = "10m")
    )]
    pub interval: Option<String>,
    /// The events that notify, as the sender names them: GitHub sends `push`, GitLab sends
    /// `Push Hook`. Case does not matter. An empty list means every event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The objects that a verified delivery reconciles.
    pub resources: Vec<ResourceReference>,
    /// A CEL expression that must be true for an object to be reconciled. `res` is the object's
    /// metadata, `req` is the body of the delivery, and `claims` holds the claims of a verified
    /// token (generic-oidc only). An expression that is not boolean makes the Receiver not ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_filter: Option<String>,
    /// The Secret, in the same namespace, whose key `token` determines the webhook path and
    /// verifies deliveries. Some providers read further keys. It is required, except for
    /// generic-oidc, which does not allow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// The issuers whose tokens are accepted, for generic-oidc only. A token is verified by the
    /// entry whose `issuerURL` equals its `iss`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-kubernetes-list-type" = "map",
        "x-kubernetes-list-map-keys" = ["issuerURL"]
    ))]
    pub oidc_providers: Vec<OidcProvider>,
    /// Whether deliveries are refused until this is false again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspend: bool,
    /// Settings for the provider. `bellpull inspect` prints the schema that its component
    /// declares. Flux's own definition of the Receiver drops this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::free_form")]
    pub config: Option<Map<String, Value>>,
}

/// One object by name, or the objects of a kind that labels select.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceReference {
    /// Group and version of the kind, such as `source.toolkit.fluxcd.io/v1`. It may be left out
    /// for Flux's sources, ImageRepository, ArtifactGenerator and the kinds of Flux Operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The kind: one of Flux or Flux Operator, or another that Bellpull is allowed to notify.
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[A-Za-z0-9]+$"))]
    pub kind: String,
    /// The object's name, or `*` for every object that `matchLabels` selects.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The object's namespace. The default is the Receiver's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub namespace: Option<String>,
    /// The labels that an object must have, all of them. An empty map selects every object; an
    /// absent one selects nothing. It requires the name `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_labels: Option<BTreeMap<String, String>>,
    /// A CEL expression that must be true as well as `resourceFilter`, for the objects of this
    /// entry only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Whether only objects that the event is about are reconciled: a GitRepository by its URL and
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

/// An issuer whose tokens are accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// The issuer, as its tokens name it in `iss`. Its keys are discovered below this URL.
    #[serde(rename = "issuerURL")]
    #[schemars(regex(pattern = "^https?://"))]
    pub issuer_url: String,
    /// The audience that a token must name in `aud`. The default is `notification-controller`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Named expressions. Later variables and `validations` read them under `vars`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<OidcVariable>,
    /// The conditions that the claims must meet, all of them. A public issuer signs for anyone, so
    /// these name the callers that you accept, for instance by the owner of a repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(!default, !skip_serializing_if, length(min = 1))]
    pub validations: Vec<OidcValidation>,
}

/// A named CEL expression over claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcVariable {
    /// The name under `vars`, a CEL identifier.
    pub name: String,
    /// A CEL expression over `claims` and the `vars` above this one.
    pub expression: String,
}

/// A CEL expression that must be true, and the message when it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcValidation {
    /// A CEL expression over `claims` and `vars` that must be true.
    pub expression: String,
    /// The message when the expression is not true.
    pub message: String,
}
