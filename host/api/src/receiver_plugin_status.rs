use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Condition;

/// The status of a ReceiverPlugin, as the replica that leads reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverPluginStatus {
    /// The conditions, one of each type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that the conditions describe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The last value of the annotation `reconcile.fluxcd.io/requestedAt` that was handled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_handled_reconcile_at: Option<String>,
    /// The artefact that serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ServedArtefact>,
    /// The artefacts that have served, the newest first: those that `bellpull plugins rollback` can go
    /// back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<ServedArtefact>,
    /// The keys and identities whose signatures of the artefact count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_by: Vec<String>,
    /// The version of the contract that the component implements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The provider names that the component serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
    /// What the component asks for, and what it has of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<PluginCapabilities>,
    /// The Receivers that use the component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_use_by: Option<PluginUse>,
    /// What each replica serves, by the replica's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replicas: BTreeMap<String, ReplicaReport>,
}

/// What one replica serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaReport {
    /// The digest of the artefact; absent where none serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Until when the report counts, as RFC 3339. A replica that lives reports again before.
    pub until: String,
}

/// An artefact that serves, or has served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServedArtefact {
    /// The digest of the artefact: of its manifest, or of the component in a ConfigMap.
    pub digest: String,
    /// The tag that led to it, with the digest: `1.4.2@sha256:…`.
    pub revision: String,
    /// The component's own version.
    pub version: String,
    /// The size of the component, bytes.
    pub size: i64,
    /// When it began to serve, as RFC 3339.
    pub last_update_time: String,
}

/// What a component asks for, and what it has of it: `jwt`, `fetch:HOST` and `read:KEY`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginCapabilities {
    /// What the component asks for.
    #[serde(default)]
    pub asked: Vec<String>,
    /// What is granted of it.
    #[serde(default)]
    pub granted: Vec<String>,
}

/// How many Receivers use a component, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginUse {
    /// How many Receivers.
    pub count: i64,
    /// The first of them, as NAMESPACE/NAME.
    #[serde(default)]
    pub receivers: Vec<String>,
}

impl ReceiverPluginStatus {
    /// The condition of this type, if there is one.
    #[must_use]
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions
            .iter()
            .find(|condition| condition.kind == kind)
    }
}
