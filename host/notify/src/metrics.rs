use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NotificationResultLabel {
    result: &'static str,
}

/// The metrics of the notifier. Clones share them.
#[derive(Clone, Debug)]
pub struct NotifyMetrics {
    notifications: Family<NotificationResultLabel, Counter>,
    coalesced: Counter,
    postponed: Counter,
    pending: Gauge,
    resting: Gauge,
    attempts: Histogram,
}

impl Default for NotifyMetrics {
    fn default() -> Self {
        Self {
            notifications: Family::default(),
            coalesced: Counter::default(),
            postponed: Counter::default(),
            pending: Gauge::default(),
            resting: Gauge::default(),
            // 5 ms to 82 s: a command that notifies may take a minute.
            attempts: Histogram::new(exponential_buckets(0.005, 2.0, 15)),
        }
    }
}

impl NotifyMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_notifications",
            "Attempts to notify a target by result; given_up counts targets no longer retried",
            self.notifications.clone(),
        );
        registry.register(
            "bellpull_notifications_coalesced",
            "Deliveries that shared the notification of another",
            self.coalesced.clone(),
        );
        registry.register(
            "bellpull_notifications_postponed",
            "Notifications that a least interval has delayed, one for each delivery and target",
            self.postponed.clone(),
        );
        registry.register(
            "bellpull_pending_targets",
            "Targets that wait for their notification",
            self.pending.clone(),
        );
        registry.register(
            "bellpull_resting_targets",
            "Targets that nothing waits for, within a least interval since their notification",
            self.resting.clone(),
        );
        registry.register_with_unit(
            "bellpull_notification_attempt",
            "How long an attempt to notify took",
            Unit::Seconds,
            self.attempts.clone(),
        );
    }

    pub(crate) fn attempted(&self, took: Duration) {
        self.attempts.observe(took.as_secs_f64());
    }

    pub(crate) fn done(&self, notified: bool, deliveries: usize) {
        self.count(if notified { "notified" } else { "unreachable" });
        self.coalesced(deliveries.saturating_sub(1));
    }

    pub(crate) fn coalesced(&self, deliveries: usize) {
        self.coalesced.inc_by(deliveries as u64);
    }

    pub(crate) fn postponed(&self, deliveries: usize) {
        self.postponed.inc_by(deliveries as u64);
    }

    pub(crate) fn failed(&self) {
        self.count("failed");
    }

    pub(crate) fn given_up(&self) {
        self.count("given_up");
    }

    pub(crate) fn set_pending(&self, targets: usize) {
        self.pending.set(i64::try_from(targets).unwrap_or(i64::MAX));
    }

    pub(crate) fn set_resting(&self, targets: usize) {
        self.resting.set(i64::try_from(targets).unwrap_or(i64::MAX));
    }

    fn count(&self, result: &'static str) {
        self.notifications
            .get_or_create(&NotificationResultLabel { result })
            .inc();
    }
}
