use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SpanResultLabel {
    result: &'static str,
}

/// What becomes of spans. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct TraceMetrics {
    spans: Family<SpanResultLabel, Counter>,
}

impl TraceMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_trace_spans",
            "Spans by what became of them: exported, failed or dropped",
            self.spans.clone(),
        );
    }

    /// The collector has taken them.
    pub(super) fn exported(&self, spans: usize) {
        self.count("exported", spans);
    }

    /// The collector was asked, and has not taken them.
    pub(super) fn failed(&self, spans: usize) {
        self.count("failed", spans);
    }

    /// There was no room for it.
    pub(super) fn dropped(&self) {
        self.count("dropped", 1);
    }

    fn count(&self, result: &'static str, spans: usize) {
        let label = SpanResultLabel { result };
        self.spans.get_or_create(&label).inc_by(spans as u64);
    }
}
