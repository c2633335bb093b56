use std::sync::Arc;

use bellpull_core::{Notification, Patch, PatchError, Target, Timestamp};

use crate::ReceiverMetrics;

/// Tells of each attempt to notify a target to the metrics of the Receivers whose deliveries share it.
pub struct ObservedPatch<P> {
    patch: P,
    /// `None`: Receivers have no metrics.
    receivers: Option<ReceiverMetrics>,
}

impl<P> ObservedPatch<P> {
    pub fn new(patch: P, receivers: Option<ReceiverMetrics>) -> Self {
        Self { patch, receivers }
    }
}

impl<P: Patch> Patch for ObservedPatch<P> {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let result = self.patch.patch(target, notifications, requested_at).await;
        if let (Some(receivers), Ok(())) = (&self.receivers, &result) {
            let now = Timestamp::now();
            for notification in notifications {
                receivers.notified(notification, now);
            }
        }
        result
    }
}
