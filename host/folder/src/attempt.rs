use std::sync::Arc;

use bellpull_core::{
    DeliveryId, Notification, PatchError, ReceiverId, ReportedEvents, Target, Timestamp,
};
use serde::Serialize;

/// One attempt to notify a target. It stands for every delivery that waited for the target.
pub(crate) struct Attempt<'a> {
    pub(crate) target: &'a Target,
    pub(crate) newest: &'a Notification,
    /// The other deliveries that it stands for.
    pub(crate) others: &'a [Arc<Notification>],
    pub(crate) requested_at: Timestamp,
}

/// `time` is when the newest delivery arrived, and `coalesced` lists the ids of the others. `receiver`,
/// `provider` and `event` are those of the newest delivery. `event` is the event that selected the
/// target; `events` takes its place where there are several, or none is known ([`ReportedEvents`]).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotificationLine<'a> {
    time: String,
    delivery: &'a DeliveryId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coalesced: Vec<&'a DeliveryId>,
    receiver: &'a ReceiverId,
    provider: &'a str,
    #[serde(flatten)]
    told: ReportedEvents<'a>,
    target: &'a Target,
    requested_at: String,
}

impl Attempt<'_> {
    /// The line of JSON, with the line feed.
    pub(crate) fn line(&self) -> Result<Vec<u8>, PatchError> {
        let Self { newest, others, .. } = self;
        let line = NotificationLine {
            time: time(newest.received),
            delivery: &newest.delivery,
            coalesced: others.iter().map(|other| &other.delivery).collect(),
            receiver: &newest.receiver,
            provider: &newest.provider,
            told: newest.acceptance.report(newest.selected),
            target: self.target,
            requested_at: time(self.requested_at),
        };
        let mut line = serde_json::to_vec(&line).map_err(|error| {
            PatchError::Permanent(format!("cannot be written as JSON: {error}"))
        })?;
        line.push(b'\n');
        Ok(line)
    }
}

/// RFC 3339 with nanoseconds, always of the same length.
pub(crate) fn time(time: Timestamp) -> String {
    format!("{time:.9}")
}
