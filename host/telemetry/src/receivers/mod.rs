//! Metrics of each Receiver that exists.

mod known;
mod page;
mod series;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bellpull_core::{Notification, OutcomeKind, ReceiverId, Timestamp};
use prometheus_client::registry::Registry;

use known::KnownReceivers;
use page::ReceiverPage;

/// The metrics of each Receiver that exists. Beyond
/// [`RECEIVER_SERIES`](bellpull_core::limits::RECEIVER_SERIES) Receivers, the others share theirs. Clones
/// share the metrics. To count takes no lock that Receivers share.
#[derive(Clone, Default)]
pub struct ReceiverMetrics(Arc<ArcSwap<KnownReceivers>>);

impl ReceiverMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_receiver_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(ReceiverPage(Arc::clone(&self.0))));
    }

    /// From now on these Receivers exist, and no others. For one caller at a time.
    pub fn follow<'a>(&self, receivers: impl Iterator<Item = &'a ReceiverId> + Clone) {
        let known = self.0.load();
        if !known.are(receivers.clone()) {
            self.0.store(Arc::new(known.next(receivers)));
        }
    }

    /// A delivery to the Receiver has ended.
    pub fn delivered(&self, receiver: &ReceiverId, outcome: OutcomeKind) {
        if let Some(series) = self.0.load().of(receiver) {
            series.delivered(outcome, Timestamp::now());
        }
    }

    /// A target of a delivery was notified at `now`.
    pub(crate) fn notified(&self, notification: &Notification, now: Timestamp) {
        if let Some(series) = self.0.load().of(&notification.receiver) {
            let took = now.duration_since(notification.received);
            let trace = notification.trace.map(|span| span.trace);
            series.notified(Duration::try_from(took).unwrap_or_default(), trace);
        }
    }
}
