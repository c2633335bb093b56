use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bellpull_core::{GivenUp, Notification, Patch, PatchError, ReceiverId, Target, limits, text};
use bellpull_fair_slots::FairSlot;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::concurrency::{interleave, sleep_until};
use crate::shared::Shared;
use crate::target_queue::NextStep;

/// The delay between attempts: 1 s, doubled each time up to 30 s, plus a jitter up to as much
/// again.
const BACKOFF: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_secs(1))
    .with_max_delay(Duration::from_secs(30))
    .without_max_times()
    .with_jitter();

/// A longer `Retry-After` is cut to this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Serves one target until no delivery waits for it and it no longer rests.
pub(crate) async fn serve<P: Patch>(shared: Arc<Shared<P>>, target: Target, joined: Arc<Notify>) {
    let mut delays = None;
    while shared.has_attempt(&target, &joined).await {
        let slot = shared.slot(&target, &joined).await;
        let notifications = shared.queues.begin(&target);
        let result = shared.attempt(&target, &notifications).await;
        drop(slot);
        let delay = match result {
            Ok(()) => {
                shared.settle(&target, &notifications, true);
                None
            }
            Err(PatchError::Permanent(reason)) => {
                log_unreachable(&target, &notifications, &reason);
                let patch = &shared.patch;
                patch.given_up(&target, &notifications, GivenUp::Permanent);
                shared.settle(&target, &notifications, false);
                None
            }
            Err(PatchError::Passing {
                reason,
                retry_after,
            }) => {
                let delays = delays.get_or_insert_with(|| BACKOFF.build());
                let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
                let delay = delays.next().unwrap_or(LONGEST_RETRY_AFTER).max(asked);
                let goes_on = shared.fail(&target, &reason, delay);
                goes_on.then_some(delay)
            }
        };
        match delay {
            Some(delay) => sleep_until(Instant::now() + delay).await,
            None => delays = None,
        }
    }
}

impl<P: Patch> Shared<P> {
    /// Waits until the target is to be attempted. Returns false once the worker is to end.
    async fn has_attempt(&self, target: &Target, joined: &Notify) -> bool {
        loop {
            match self.queues.next_step(target) {
                NextStep::Attempt => return true,
                NextStep::End => return false,
                NextStep::Wait(until) => {
                    interleave();
                    tokio::select! {
                        biased;
                        () = sleep_until(until) => {}
                        () = joined.notified() => {}
                    }
                }
            }
        }
    }

    /// Waits for a slot in the name of every Receiver that waits for the target. So a Receiver with
    /// many targets does not delay another one that shares a target with it.
    async fn slot(&self, target: &Target, joined: &Notify) -> FairSlot<'_> {
        let mut bids = FuturesUnordered::new();
        loop {
            for receiver in self.queues.take_new_bidders(target) {
                bids.push(self.slots.slot(receiver));
            }
            interleave();
            tokio::select! {
                biased;
                Some(slot) = bids.next() => return slot,
                () = joined.notified() => {}
            }
        }
    }

    async fn attempt(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
    ) -> Result<(), PatchError> {
        let began = Instant::now();
        let limit = self.settings.attempt;
        let patch = self.patch.patch(target, notifications, self.clock.next());
        let result = match tokio::time::timeout(limit, patch).await {
            Ok(result) => result,
            Err(_) => Err(PatchError::Passing {
                reason: format!("no answer within {limit:?}"),
                retry_after: None,
            }),
        };
        self.metrics.attempted(began.elapsed());
        result
    }

    fn settle(&self, target: &Target, covered: &[Arc<Notification>], notified: bool) {
        self.metrics.done(notified, covered.len());
        self.queues.settle(target, notified);
    }

    fn fail(&self, target: &Target, reason: &str, delay: Duration) -> bool {
        self.metrics.failed();
        let after = self.queues.fail(target, delay, self.settings.retry);
        let reason = text::printable(reason, limits::GUEST_TEXT);
        let shown = printable(target);
        if after.given_up.is_empty() {
            tracing::info!(target_object = %shown, %reason, ?delay, "notification failed, to be retried");
        } else {
            self.metrics.given_up();
            let receivers = receivers(&after.given_up);
            tracing::warn!(target_object = %shown, %receivers, %reason, "notification given up");
            let patch = &self.patch;
            patch.given_up(target, &after.given_up, GivenUp::Retried);
        }
        after.goes_on
    }
}

fn log_unreachable(target: &Target, notifications: &[Arc<Notification>], reason: &str) {
    tracing::warn!(
        target_object = %printable(target),
        receivers = %receivers(notifications),
        reason = %text::printable(reason, limits::GUEST_TEXT),
        "target cannot be notified"
    );
}

/// Names each Receiver once.
pub(crate) fn receivers(notifications: &[Arc<Notification>]) -> String {
    let receivers: BTreeSet<&ReceiverId> = notifications.iter().map(|it| &it.receiver).collect();
    let names = receivers.into_iter().map(ToString::to_string);
    names.collect::<Vec<_>>().join(", ")
}

/// Names come from a tenant's references.
pub(crate) fn printable(target: &Target) -> String {
    text::printable(&target.to_string(), limits::GUEST_TEXT)
}
