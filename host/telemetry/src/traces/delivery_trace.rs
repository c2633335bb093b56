use bellpull_core::{IgnoreClass, TraceContext, TraceId};
use opentelemetry::trace::{Span as _, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SdkTracer, Span};

use crate::traced_end::TracedEnd;

/// The trace of one delivery while it is on its way. A span that is not ended ends when this is dropped.
#[derive(Debug)]
pub struct DeliveryTrace {
    tracer: SdkTracer,
    /// The present step. It ends before the delivery.
    step: Option<Span>,
    delivery: Span,
}

impl DeliveryTrace {
    pub(super) fn new(tracer: SdkTracer, delivery: Span) -> Self {
        Self {
            tracer,
            step: None,
            delivery,
        }
    }

    /// The span of the delivery.
    #[must_use]
    pub fn context(&self) -> TraceContext {
        let span = self.delivery.span_context();
        TraceContext {
            trace: TraceId(u128::from_be_bytes(span.trace_id().to_bytes())),
            span: u64::from_be_bytes(span.span_id().to_bytes()),
        }
    }

    /// A step begins, and the one before it is done.
    pub fn begins(&mut self, step: &'static str) {
        self.step = None;
        let parent = self.delivery.span_context().clone();
        let parent = Context::new().with_remote_span_context(parent);
        self.step = Some(self.tracer.start_with_context(step, &parent));
    }

    /// The delivery is answered.
    pub fn end(mut self, end: &TracedEnd<'_>) {
        if end.status >= 500 {
            for span in self.step.iter_mut().chain([&mut self.delivery]) {
                span.set_status(Status::error(end.outcome.as_str()));
            }
        }
        self.delivery.set_attributes(end.attributes());
    }
}

impl TracedEnd<'_> {
    fn attributes(&self) -> Vec<KeyValue> {
        let mut attributes = vec![
            KeyValue::new("bellpull.delivery", self.delivery.to_string()),
            KeyValue::new("bellpull.receiver", self.receiver.to_string()),
            KeyValue::new("bellpull.outcome", self.outcome.as_str()),
            KeyValue::new("bellpull.targets", count(self.targets)),
            KeyValue::new("http.request.body.size", count(self.body)),
            KeyValue::new("http.response.status_code", i64::from(self.status)),
        ];
        let events = self.events.map(count);
        attributes.extend(events.map(|events| KeyValue::new("bellpull.events", events)));
        let class = self.class.map(IgnoreClass::as_str);
        let client = self.client.map(|client| client.to_string());
        let texts = [
            ("bellpull.provider", self.provider),
            ("bellpull.class", class),
            ("bellpull.reason", self.reason),
            ("client.address", client.as_deref()),
        ];
        let texts = texts.into_iter();
        let told = texts.filter_map(|(key, text)| Some(KeyValue::new(key, text?.to_owned())));
        attributes.extend(told);
        attributes
    }
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
