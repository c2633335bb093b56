use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::MissingReplica;

/// How a process, or each replica, fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Every process that answered.
    pub processes: Vec<ProcessView>,
    /// The minutes of the last hour that had a recorded delivery, the oldest first. Those of all processes
    /// are added up. Replays do not count.
    pub minutes: Vec<MinuteView>,
    /// Replicas that did not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingReplica>,
}

/// One process that serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessView {
    /// The name of its host, in a cluster the pod's.
    pub name: String,
    /// Of Bellpull.
    pub version: String,
    /// Whether it writes status. Absent on a directory, where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<bool>,
    /// Targets that wait for their notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<usize>,
    /// Absent where nothing was recorded within the hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeView>,
}

/// How long the newest deliveries of the last hour took, from the headers to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeView {
    /// How many deliveries were looked at.
    pub deliveries: usize,
    /// Half of them took no more, in microseconds.
    pub p50_us: u64,
    /// 99 of 100 took no more, in microseconds.
    pub p99_us: u64,
}

/// The deliveries of one minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinuteView {
    /// When it began (RFC 3339).
    pub began: String,
    /// How many ended with each outcome.
    pub outcomes: BTreeMap<String, u64>,
}
