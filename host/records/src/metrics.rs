use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// The metrics of records. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct RecordMetrics {
    kept: Gauge,
    bytes: Gauge,
    evicted: Counter,
}

impl RecordMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_records",
            "Records of deliveries that are kept",
            self.kept.clone(),
        );
        registry.register_with_unit(
            "bellpull_records_memory",
            "Estimated memory of the records",
            Unit::Bytes,
            self.bytes.clone(),
        );
        registry.register(
            "bellpull_records_evicted",
            "Records that made room for newer ones",
            self.evicted.clone(),
        );
    }

    pub(crate) fn set(&self, kept: usize, bytes: usize) {
        self.kept.set(i64::try_from(kept).unwrap_or(i64::MAX));
        self.bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        usize::try_from(self.bytes.get()).unwrap_or_default()
    }

    pub(crate) fn evicted(&self) {
        self.evicted.inc();
    }
}
