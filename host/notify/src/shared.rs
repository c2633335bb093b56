use bellpull_fair_slots::FairSlots;

use crate::clock::RequestClock;
use crate::metrics::NotifyMetrics;
use crate::settings::NotifySettings;
use crate::target_queues::TargetQueues;

/// What the notifier and its workers share.
pub(crate) struct Shared<P> {
    pub(crate) patch: P,
    pub(crate) settings: NotifySettings,
    pub(crate) queues: TargetQueues,
    pub(crate) slots: FairSlots,
    pub(crate) clock: RequestClock,
    pub(crate) metrics: NotifyMetrics,
}

impl<P> Shared<P> {
    pub(crate) fn new(patch: P, settings: NotifySettings, metrics: NotifyMetrics) -> Self {
        Self {
            patch,
            settings,
            queues: TargetQueues::new(metrics.clone()),
            slots: FairSlots::new(settings.slots),
            clock: RequestClock::default(),
            metrics,
        }
    }
}
