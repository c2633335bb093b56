use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use bellpull_core::{ReceiverId, limits, text};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// How many targets have a series of their own. Further ones count as `other`.
const UNREACHABLE_SERIES: usize = 1000;

/// Metrics of the API server's use. Clones share their counters.
#[derive(Clone, Debug, Default)]
pub struct ClusterMetrics {
    secret_reads: Family<ApiResultLabel, Counter>,
    status_writes: Family<ApiResultLabel, Counter>,
    watch_failures: Family<WatchLabel, Counter>,
    events_dropped: Counter,
    leader: Gauge,
    unreachable: Family<UnreachableLabels, Counter>,
    unreachable_series: Arc<Mutex<HashSet<UnreachableLabels>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ApiResultLabel {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WatchLabel {
    watched: WatchedObjects,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UnreachableLabels {
    namespace: String,
    receiver: String,
    target: String,
}

/// The objects of a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum WatchedObjects {
    Receivers,
    Secrets,
    Targets,
    Plugins,
}

/// The result of writing a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusWrite {
    Done,
    Conflict,
    Failed,
}

impl ClusterMetrics {
    /// Registers all of them, with the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_secret_reads",
            "Reads of Secrets that Receivers name, by result",
            self.secret_reads.clone(),
        );
        registry.register(
            "bellpull_status_writes",
            "Writes of Receivers' status, by result",
            self.status_writes.clone(),
        );
        registry.register(
            "bellpull_watch_failures",
            "Lists and watches that the API server refused or that broke, by what was watched",
            self.watch_failures.clone(),
        );
        registry.register(
            "bellpull_events_dropped",
            "Events of Receivers that could not be recorded",
            self.events_dropped.clone(),
        );
        registry.register(
            "bellpull_leader",
            "Whether this replica writes status",
            self.leader.clone(),
        );
        registry.register(
            "bellpull_unreachable_targets",
            "Targets of deliveries that cannot be notified as things stand",
            self.unreachable.clone(),
        );
    }

    pub(crate) fn secret_read(&self, fine: bool) {
        let result = if fine { "read" } else { "failed" };
        self.secret_reads
            .get_or_create(&ApiResultLabel { result })
            .inc();
    }

    pub(crate) fn status_written(&self, written: StatusWrite) {
        let result = match written {
            StatusWrite::Done => "written",
            StatusWrite::Conflict => "conflict",
            StatusWrite::Failed => "failed",
        };
        self.status_writes
            .get_or_create(&ApiResultLabel { result })
            .inc();
    }

    pub(crate) fn watch_failed(&self, watched: WatchedObjects) {
        self.watch_failures
            .get_or_create(&WatchLabel { watched })
            .inc();
    }

    pub(crate) fn event_dropped(&self) {
        self.events_dropped.inc();
    }

    /// Whether this replica holds the Lease, and so writes status.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.leader.get() != 0
    }

    pub(crate) fn set_leader(&self, is_leader: bool) {
        self.leader.set(i64::from(is_leader));
    }

    /// Counts an unreachable target. Tenants choose the names of targets, so the number of series is
    /// limited.
    pub(crate) fn unreachable(&self, receiver: &ReceiverId, target: &str) {
        let labels = UnreachableLabels {
            namespace: receiver.namespace.clone(),
            receiver: receiver.name.clone(),
            target: text::printable(target, limits::GUEST_TEXT),
        };
        let mut series = self
            .unreachable_series
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let labels = if series.contains(&labels) || series.len() < UNREACHABLE_SERIES {
            series.insert(labels.clone());
            labels
        } else {
            UnreachableLabels {
                namespace: "other".to_owned(),
                receiver: "other".to_owned(),
                target: "other".to_owned(),
            }
        };
        self.unreachable.get_or_create(&labels).inc();
    }
}
