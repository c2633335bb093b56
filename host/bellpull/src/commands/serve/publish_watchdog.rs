//! The metrics of planning, and an error in the log when changes are not published.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval};

/// How often the watchdog looks.
const PERIOD: Duration = Duration::from_secs(1);
/// How long a change may wait to be published before that is an error. It takes milliseconds, since
/// publishing waits for no answer.
const STALLED: Duration = Duration::from_secs(10);

/// Clones share their counts.
#[derive(Clone, Default)]
pub(super) struct PublishWatchdog {
    /// Since when a change waits to be published.
    since: Arc<Mutex<Option<Instant>>>,
    waiting: Gauge,
    overdue: Counter,
    unpublished: Gauge<f64, AtomicU64>,
}

impl PublishWatchdog {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_plan_waiting",
            "Receivers whose filters, config or component are still being looked at",
            self.waiting.clone(),
        );
        registry.register(
            "bellpull_plan_overdue",
            "How often a Receiver was closed since that took too long",
            self.overdue.clone(),
        );
        registry.register(
            "bellpull_plan_unpublished_seconds",
            "How long the oldest change waits that is known and not published",
            self.unpublished.clone(),
        );
    }

    /// Something has changed and must be published.
    pub(super) fn begin(&self) {
        self.set(|since| since.or_else(|| Some(Instant::now())));
    }

    /// Every known change is published.
    pub(super) fn end(&self, waiting: usize) {
        self.set(|_| None);
        self.unpublished.set(0.0);
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// A Receiver was closed because its answer is overdue.
    pub(super) fn overdue(&self) {
        self.overdue.inc();
    }

    fn set(&self, change: impl FnOnce(Option<Instant>) -> Option<Instant>) {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = change(*since);
    }

    /// Watches until the task is aborted.
    pub(super) fn watch(&self) -> JoinHandle<()> {
        let watchdog = self.clone();
        tokio::spawn(async move {
            let mut ticks = interval(PERIOD);
            let mut logged = false;
            loop {
                ticks.tick().await;
                let since = *watchdog
                    .since
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let waits = since.map_or(Duration::ZERO, |since| since.elapsed());
                watchdog.unpublished.set(waits.as_secs_f64());
                let stalled = waits >= STALLED;
                if stalled && !logged {
                    tracing::error!(
                        seconds = waits.as_secs(),
                        "changes are not published: what was published last serves on"
                    );
                }
                logged = stalled;
            }
        })
    }
}
