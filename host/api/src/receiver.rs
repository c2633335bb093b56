use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Metadata;

/// A Receiver: which provider may ring, how it proves itself, and what it reconciles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receiver {
    /// Name, namespace, labels, annotations.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: ReceiverSpec,
}

/// What is wanted of a Receiver. Unknown fields are refused, as kubectl's strict validation does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiverSpec {
    /// The provider's name: `github`, `gitlab`, or any loaded component's.
    #[serde(rename = "type")]
    pub provider: String,
    /// How often the Receiver itself is reconciled; Flux's default is `10m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// The events that pass, compared without case; none listed: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// What is notified.
    pub resources: Vec<ResourceReference>,
    /// CEL over each target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_filter: Option<String>,
    /// The Secret that holds the credentials, in the Receiver's namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// Token issuers of `generic-oidc`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oidc_providers: Vec<OidcProvider>,
    /// Whether the Receiver rests.
    #[serde(default)]
    pub suspend: bool,
    /// Settings for the provider, described by its component's JSON Schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Map<String, Value>>,
}

/// What a Receiver notifies: one object by name, or those that labels select.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceReference {
    /// `group/version`; kinds of Flux have a default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Kind.
    pub kind: String,
    /// Name, or `*` for what `matchLabels` selects.
    pub name: String,
    /// Namespace; absent means the Receiver's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Labels that a `*` reference selects by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<String, String>,
    /// CEL over each object of this reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Whether only objects that the event names are notified.
    #[serde(default)]
    pub match_event: bool,
}

/// A Secret by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretReference {
    /// The Secret's name.
    pub name: String,
}

/// An issuer whose tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// The issuer's URL.
    #[serde(rename = "issuerURL")]
    pub issuer_url: String,
    /// The audience that a token must name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Named expressions, each may use those before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<OidcVariable>,
    /// What must be true of the claims.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validations: Vec<OidcValidation>,
}

/// A named CEL expression over claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcVariable {
    /// Its name under `vars`.
    pub name: String,
    /// CEL.
    pub expression: String,
}

/// A CEL expression that must be true, and what to say when it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcValidation {
    /// CEL.
    pub expression: String,
    /// Said when the expression is false.
    pub message: String,
}
