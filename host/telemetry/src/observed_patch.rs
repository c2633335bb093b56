use std::sync::Arc;

use bellpull_core::{Notification, Patch, PatchError, Target, Timestamp};

use crate::Telemetry;
use crate::traces::AttemptSpans;

/// Tells of each attempt to notify a target: to the metrics of the Receivers, and in the traces of the
/// deliveries, that share it.
pub struct ObservedPatch<P> {
    patch: P,
    telemetry: Telemetry,
}

impl<P> ObservedPatch<P> {
    pub fn new(patch: P, telemetry: Telemetry) -> Self {
        Self { patch, telemetry }
    }
}

impl<P: Patch> Patch for ObservedPatch<P> {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let Telemetry { receivers, tracer } = &self.telemetry;
        let tracer = tracer.as_ref();
        let spans = tracer.map(|tracer| AttemptSpans::begin(tracer, target, notifications));
        let result = self.patch.patch(target, notifications, requested_at).await;
        if let Some(spans) = spans {
            spans.end(&result);
        }
        if let (Some(receivers), Ok(())) = (receivers, &result) {
            let now = Timestamp::now();
            for notification in notifications {
                receivers.notified(notification, now);
            }
        }
        result
    }
}
