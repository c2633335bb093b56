use std::sync::Arc;

use bellpull_core::{Notification, Patch, PatchError, Target, Timestamp};

use crate::attempt::Attempt;
use crate::{JsonLines, OnNotify};

/// Notifies a target by running a command, if there is one, and then writing a line of JSON. The line
/// confirms that the command has succeeded.
pub struct Notifications {
    command: Option<OnNotify>,
    lines: JsonLines,
}

impl Notifications {
    /// Runs `command`, if there is one, before each line.
    #[must_use]
    pub fn new(command: Option<OnNotify>, lines: JsonLines) -> Self {
        Self { command, lines }
    }
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
