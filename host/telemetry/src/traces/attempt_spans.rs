use std::sync::Arc;

use bellpull_core::{Notification, PatchError, Target, limits, text};
use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Status};
use opentelemetry_sdk::trace::Span;

use super::tracer::DeliveryTracer;

/// Deliveries that share an attempt and have a span of it, the newest ones.
const MOST_SPANS: usize = 16;

/// One attempt to notify a target, in the traces of the deliveries that share it. An attempt that is
/// dropped was cut off.
#[derive(Debug)]
pub(crate) struct AttemptSpans(Vec<Span>);

impl AttemptSpans {
    pub(crate) fn begin(
        tracer: &DeliveryTracer,
        target: &Target,
        notifications: &[Arc<Notification>],
    ) -> Self {
        let newest = notifications.iter().rev();
        let traced = newest.filter_map(|notification| notification.trace);
        let spans = traced.take(MOST_SPANS).map(|trace| {
            let mut span = tracer.child_of(trace, "attempt");
            let target = text::printable(&target.to_string(), limits::GUEST_TEXT);
            span.set_attribute(KeyValue::new("bellpull.target", target));
            let sharing = i64::try_from(notifications.len()).unwrap_or(i64::MAX);
            span.set_attribute(KeyValue::new("bellpull.deliveries", sharing));
            span
        });
        Self(spans.collect())
    }

    /// The attempt is over.
    pub(crate) fn end(mut self, result: &Result<(), PatchError>) {
        let error = result.as_ref().err().map(ToString::to_string);
        let error = error.map(|error| text::printable(&error, limits::GUEST_TEXT));
        for mut span in self.0.drain(..) {
            if let Some(error) = &error {
                span.set_status(Status::error(error.clone()));
            }
        }
    }
}

impl Drop for AttemptSpans {
    fn drop(&mut self) {
        for span in &mut self.0 {
            span.set_status(Status::error("no answer in time"));
        }
    }
}
