use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// Why the database lacks what was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DropReason {
    /// The database is slower than deliveries are.
    Queue,
    /// The file system, or the file within its bound, is full.
    Full,
    /// Everything else.
    Error,
}

impl DropReason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Full => "full",
            Self::Error => "error",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DropReasonLabel {
    reason: &'static str,
}

/// The metrics of records. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct RecordMetrics {
    kept: Gauge,
    bytes: Gauge,
    evicted: Counter,
    stored: Counter,
    dropped: Family<DropReasonLabel, Counter>,
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
        registry.register(
            "bellpull_records_stored",
            "Records that were written to the database, again after each change",
            self.stored.clone(),
        );
        registry.register(
            "bellpull_records_dropped",
            "Records, or changes of them, that the database lacks",
            self.dropped.clone(),
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

    pub(crate) fn evicted(&self, records: u64) {
        self.evicted.inc_by(records);
    }

    pub(crate) fn stored(&self, records: u64) {
        self.stored.inc_by(records);
    }

    pub(crate) fn dropped(&self, reason: DropReason, records: u64) {
        let reason = reason.as_str();
        let label = DropReasonLabel { reason };
        self.dropped.get_or_create(&label).inc_by(records);
    }

    #[cfg(test)]
    pub(crate) fn stored_and_dropped(&self) -> (u64, [u64; 3]) {
        let reasons = [DropReason::Queue, DropReason::Full, DropReason::Error];
        let dropped = reasons.map(|reason| {
            let reason = reason.as_str();
            self.dropped
                .get_or_create(&DropReasonLabel { reason })
                .get()
        });
        (self.stored.get(), dropped)
    }
}
