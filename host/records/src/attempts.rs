use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{DeliveryId, GivenUp, Notification, Patch, PatchError, Target, Timestamp};

use crate::sequel::{RecordedAttempt, RecordedGivenUp, SequelStep};
use crate::store::RecordStore;

/// Records each attempt to notify a target, and that a target is given up, in the records of all
/// deliveries that share it.
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
        let mut attempt = RunningAttempt {
            records,
            target,
            notifications,
            began: Timestamp::now(),
            clock: Instant::now(),
            error: Some("no answer in time".to_owned()),
        };
        let result = self.patch.patch(target, notifications, requested_at).await;
        attempt.error = result.as_ref().err().map(ToString::to_string);
        result
    }

    fn given_up(&self, target: &Target, notifications: &[Arc<Notification>], why: GivenUp) {
        if let Some(records) = &self.records {
            let given_up = RecordedGivenUp {
                target: target.clone(),
                at: Timestamp::now(),
                why,
            };
            let step = SequelStep::GivenUp(Arc::new(given_up));
            records.add(deliveries(notifications), &step);
        }
        self.patch.given_up(target, notifications, why);
    }
}

/// Is recorded when it ends, even if nobody waits for its answer any more.
struct RunningAttempt<'a> {
    records: &'a RecordStore,
    target: &'a Target,
    notifications: &'a [Arc<Notification>],
    began: Timestamp,
    clock: Instant,
    error: Option<String>,
}

impl Drop for RunningAttempt<'_> {
    fn drop(&mut self) {
        let attempt = RecordedAttempt {
            target: self.target.clone(),
            began: self.began,
            took: self.clock.elapsed(),
            error: self.error.take(),
        };
        let step = SequelStep::Attempted(Arc::new(attempt));
        self.records.add(deliveries(self.notifications), &step);
    }
}

fn deliveries(notifications: &[Arc<Notification>]) -> impl Iterator<Item = &DeliveryId> {
    notifications.iter().map(|it| &it.delivery)
}
