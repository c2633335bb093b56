use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use bellpull_core::{OutcomeKind, Timestamp, TraceId};
use prometheus_client::metrics::exemplar::HistogramWithExemplars;
use prometheus_client::metrics::histogram::exponential_buckets;

use crate::TraceLabel;

/// What is counted of one Receiver.
pub(super) struct ReceiverSeries {
    /// At the place of their outcome in [`OutcomeKind::ALL`].
    deliveries: [AtomicU64; OutcomeKind::ALL.len()],
    pub(super) latency: HistogramWithExemplars<TraceLabel>,
    /// Milliseconds since 1970; 0: never.
    last_success: AtomicI64,
}

impl Default for ReceiverSeries {
    fn default() -> Self {
        Self {
            deliveries: Default::default(),
            // 5 ms to 5 min, which is how long a notification is retried by default.
            latency: HistogramWithExemplars::new(exponential_buckets(0.005, 3.0, 11)),
            last_success: AtomicI64::new(0),
        }
    }
}

impl ReceiverSeries {
    pub(super) fn delivered(&self, outcome: OutcomeKind, now: Timestamp) {
        if let Some(count) = self.deliveries.get(outcome as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if outcome.is_success() {
            self.last_success
                .fetch_max(now.as_millisecond(), Ordering::Relaxed);
        }
    }

    /// A target was notified. `trace` becomes the exemplar.
    pub(super) fn notified(&self, took: Duration, trace: Option<TraceId>) {
        let label = trace.map(TraceLabel::from);
        self.latency.observe(took.as_secs_f64(), label, None);
    }

    /// The outcomes that have occurred, each with its count.
    pub(super) fn deliveries(&self) -> impl Iterator<Item = (OutcomeKind, u64)> {
        let counts = self
            .deliveries
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        OutcomeKind::ALL
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
    }

    /// When a delivery succeeded last, in seconds since 1970.
    pub(super) fn last_success(&self) -> Option<f64> {
        match self.last_success.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(Duration::from_millis(millis.unsigned_abs()).as_secs_f64()),
        }
    }
}
