use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use bellpull_core::{ReceiverId, limits, text};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Targets that are counted apart; further ones are counted as `other`.
const UNREACHABLE_SERIES: usize = 1000;

/// What is counted of the cluster. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    secret_reads: Family<ResultLabel, Counter>,
    status_writes: Family<ResultLabel, Counter>,
    watch_failures: Family<WatchLabel, Counter>,
    events_dropped: Counter,
    leader: Gauge,
    unreachable: Family<UnreachableLabels, Counter>,
    unreachable_series: Arc<Mutex<HashSet<UnreachableLabels>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabel {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WatchLabel {
    watched: Watched,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UnreachableLabels {
    namespace: String,
    receiver: String,
    target: String,
}

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Watched {
    Receivers,
    Secrets,
    Targets,
}

/// How writing a status ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Done,
    Conflict,
    Failed,
}

impl Metrics {
    /// Puts everything into `registry`, each name with the prefix `bellpull_`.
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
            .get_or_create(&ResultLabel { result })
            .inc();
    }

    pub(crate) fn status_written(&self, written: Written) {
        let result = match written {
            Written::Done => "written",
            Written::Conflict => "conflict",
            Written::Failed => "failed",
        };
        self.status_writes
            .get_or_create(&ResultLabel { result })
            .inc();
    }

    pub(crate) fn watch_failed(&self, watched: Watched) {
        self.watch_failures
            .get_or_create(&WatchLabel { watched })
            .inc();
    }

    pub(crate) fn event_dropped(&self) {
        self.events_dropped.inc();
    }

    pub(crate) fn set_leader(&self, is_leader: bool) {
        self.leader.set(i64::from(is_leader));
    }

    /// Names of targets are a tenant's, so there is an end to how many are kept apart.
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
