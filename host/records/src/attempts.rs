use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{Notification, Patch, PatchError, Target, Timestamp};

use crate::kept::RecordedAttempt;
use crate::store::RecordStore;

/// Records each attempt to notify a target, in the records of all deliveries that share it.
pub struct RecordedPatch<P> {
    patch: P,
    /// `None`: nothing is recorded.
    records: Option<Arc<RecordStore>>,
}

impl<P> RecordedPatch<P> {
    pub fn new(patch: P, records: Option<Arc<RecordStore>>) -> Self {
        Self { patch, records }
    }
}

impl<P: Patch> Patch for RecordedPatch<P> {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let Some(records) = &self.records else {
            return self.patch.patch(target, notifications, requested_at).await;
        };
        let (began, clock) = (Timestamp::now(), Instant::now());
        let result = self.patch.patch(target, notifications, requested_at).await;
        let attempt = RecordedAttempt {
            target: target.clone(),
            began,
            took: clock.elapsed(),
            error: result.as_ref().err().map(ToString::to_string),
        };
        for notification in notifications {
            records.attempted(&notification.delivery, attempt.clone());
        }
        result
    }
}
