use std::sync::Arc;

use bellpull_core::{
    DeliveryId, Notification, Patch, PatchError, ReceiverId, Target, Timestamp, ToldEvents,
};
use serde::Serialize;

use crate::{JsonLines, OnNotify};

/// Notifies by running a command, where there is one, and then writing a line of JSON: the line
/// says that it is done.
///
/// `time` is when the newest delivery arrived, `coalesced` the ids of the others that it stands
/// for. `receiver`, `provider` and `event` are the newest one's: the event that has selected the
/// target, or `events` where several have or none is known ([`ToldEvents`]).
pub struct Notifications {
    command: Option<OnNotify>,
    lines: JsonLines,
}

impl Notifications {
    /// Runs `command`, if any, before each line.
    #[must_use]
    pub fn new(command: Option<OnNotify>, lines: JsonLines) -> Self {
        Self { command, lines }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    delivery: &'a DeliveryId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coalesced: Vec<&'a DeliveryId>,
    receiver: &'a ReceiverId,
    provider: &'a str,
    #[serde(flatten)]
    told: ToldEvents<'a>,
    target: &'a Target,
    requested_at: String,
}

/// What one attempt tells.
pub(crate) struct Attempt<'a> {
    pub(crate) target: &'a Target,
    pub(crate) newest: &'a Notification,
    /// The deliveries that the newest one stands for.
    pub(crate) others: &'a [Arc<Notification>],
    pub(crate) requested_at: Timestamp,
}

impl Attempt<'_> {
    fn line(&self) -> Result<Vec<u8>, PatchError> {
        let Self { newest, others, .. } = self;
        let line = Line {
            time: time(newest.received),
            delivery: &newest.delivery,
            coalesced: others.iter().map(|other| &other.delivery).collect(),
            receiver: &newest.receiver,
            provider: &newest.provider,
            told: newest.acceptance.told(newest.selected),
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

/// RFC 3339 with nanoseconds, always of one length.
pub(crate) fn time(time: Timestamp) -> String {
    format!("{time:.9}")
}

impl Patch for Notifications {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let Some((newest, others)) = notifications.split_last() else {
            return Ok(());
        };
        let attempt = Attempt {
            target,
            newest,
            others,
            requested_at,
        };
        let line = attempt.line()?;
        if let Some(command) = &self.command {
            command.run(&attempt, &line).await?;
        }
        self.lines.write(line).await
    }
}
