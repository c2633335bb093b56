use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bellpull_core::limits;
use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::metrics::TraceMetrics;
use super::reports::LossReports;

/// The spans that have ended and are not on their way to the collector yet.
#[derive(Clone, Debug, Default)]
pub(super) struct WaitingSpans(Arc<AtomicUsize>);

impl WaitingSpans {
    pub(super) fn left(&self, spans: usize) {
        self.0.fetch_sub(spans, Ordering::Relaxed);
    }

    fn enter(&self) -> bool {
        let more = |waiting| (waiting < limits::WAITING_SPANS).then_some(waiting + 1);
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.0.fetch_update(set, fetch, more).is_ok()
    }
}

/// Hands spans on while there is room, and counts those that it drops. The SDK's own queue counts them too,
/// but tells nobody before the end.
#[derive(Debug)]
pub(super) struct BoundedSpans<P> {
    pub(super) next: P,
    pub(super) waiting: WaitingSpans,
    pub(super) metrics: TraceMetrics,
    pub(super) reports: LossReports,
}

impl<P: SpanProcessor> SpanProcessor for BoundedSpans<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.next.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.waiting.enter() {
            self.next.on_end(span);
            return;
        }
        self.metrics.dropped();
        if let Some(spans) = self.reports.lost(1, Instant::now()) {
            tracing::warn!(spans, "spans dropped: the collector is too slow");
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}
