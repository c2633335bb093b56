//! The requests and answers of `/v1`, as JSON with these names.

mod filter;
mod summary;

use bellpull_core::ReceiverId;
use bellpull_records::DeliveryView;
use serde::{Deserialize, Serialize};

pub use filter::{ExplainedEvent, FilterRequest, Filtered, FilteredTarget, PartView};
pub use summary::{MinuteView, ProcessView, Summary, TimeView};

/// Which deliveries `GET /v1/deliveries` lists, as its query says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRequest {
    /// Namespace of the Receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name of the Receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<String>,
    /// One of the names of host/README.md, "Outcomes".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Received at this time or later (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The most deliveries [default: 100].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of an earlier list: only what has been recorded since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Seconds to wait for a delivery if there is none, at most 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// Which Receivers `GET /v1/receivers` lists, as its query says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiverRequest {
    /// Their namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Recorded deliveries, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeliveryList {
    pub deliveries: Vec<DeliveryView>,
    /// For `after` of a request for what is recorded later.
    pub next: String,
    /// Replicas that did not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingReplica>,
}

/// A replica that did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingReplica {
    /// The name of its pod.
    pub replica: String,
    pub why: String,
}

/// What a replay came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replayed {
    /// The id of the new delivery.
    pub id: String,
    pub from: ReplayedFrom,
    /// Why the request was not verified again, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(flatten)]
    pub ended: EndedView,
}

/// Where a replay began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplayedFrom {
    /// The request was verified again.
    Verification,
    /// The verdict of then was taken.
    Verdict,
}

/// How a delivery has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedView {
    /// One of the names of host/README.md, "Outcomes".
    pub outcome: String,
    /// The status that a sender would be answered.
    pub status: u16,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Which target to notify.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifyRequest {
    /// `Kind/name` or `Kind/namespace/name`, among those that the Receiver references. `None`: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// What a notification by hand came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifiedByHand {
    /// The id under which it is logged.
    pub id: String,
    /// The targets, as `Kind/namespace/name`.
    pub targets: Vec<String>,
    #[serde(flatten)]
    pub ended: EndedView,
}

/// Every Receiver, sorted by namespace and name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceiverList {
    pub receivers: Vec<ReceiverReport>,
    /// Replicas that did not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingReplica>,
}

/// A Receiver as the process serves it. It has no webhook path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverReport {
    pub id: ReceiverId,
    pub provider: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_version: Option<String>,
    pub ready: bool,
    /// The reason of its condition.
    pub reason: String,
    /// Why it is not ready. Empty if it is.
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// How deliveries authenticate. Absent where it does not serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<String>,
    pub events: Vec<String>,
    /// `spec.config`, if it is served and has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<serde_json::Value>,
    /// `Kind/name` of each reference, if it is served.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The last recorded delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastDelivery>,
}

/// The last recorded delivery of a Receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDelivery {
    pub id: String,
    /// RFC 3339.
    pub received: String,
    pub outcome: String,
}

/// The loaded components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PluginList {
    /// Each as `bellpull plugins -o json` prints it. Where several replicas were asked, `pod` names the one
    /// that it is of.
    pub plugins: Vec<serde_json::Value>,
    /// Replicas that did not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingReplica>,
}

/// The webhook path of a Receiver.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookPath {
    pub path: String,
}

/// The least severity of log lines: `error`, `warn`, `info`, `debug` or `trace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelView {
    pub level: String,
}
