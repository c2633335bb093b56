use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellpull_core::{
    GivenUp, Notification, Notify as _, Patch, PatchError, Progress, Target, Timestamp,
};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::clock::Asleep;
use super::ledger::{Ledger, TargetEnd};
use super::tasks::{at_the_end, interleave};
use crate::tests::fake::{passing, target, told};
use crate::{Notifier, NotifyMetrics, NotifySettings};

pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// How an attempt ends.
#[derive(Clone, Copy)]
pub(super) enum AttemptEnd {
    Notified,
    /// The same, once the test releases it.
    Held,
    Passing,
    Permanent,
    /// Not before it is broken off.
    Hangs,
}

/// Ends each attempt as its script says. The last entry repeats.
pub(super) struct Scripted {
    script: &'static [AttemptEnd],
    slots: usize,
    attempt: Duration,
    released: tokio::sync::Notify,
    /// Whether no attempt may begin within an interval.
    keeps_intervals: AtomicBool,
    /// When the last attempt began.
    last: Mutex<Option<Instant>>,
    ledger: Arc<Ledger>,
}

impl Scripted {
    /// For one target, no attempt at which fails.
    fn keeps_the_interval(&self, notifications: &[Arc<Notification>]) {
        let shortest = notifications.iter().map(|it| it.min_interval).min();
        let last = self.last.lock().unwrap().replace(Instant::now());
        let kept = self.keeps_intervals.load(Ordering::Relaxed);
        if let (true, Some(last), Some(Some(interval))) = (kept, last, shortest) {
            assert!(last.elapsed() >= interval, "before its interval has passed");
        }
    }
}

/// Says that an attempt is over when it is dropped, which is how it is broken off.
struct Running<'a>(&'a Ledger, &'a str);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.over(self.1);
    }
}

impl Patch for Scripted {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let covered: Vec<_> = notifications.iter().map(|it| &it.delivery).collect();
        let nth = self.ledger.began(&target.name, &covered, requested_at);
        assert!(
            self.ledger.running() <= self.slots,
            "more than there are slots"
        );
        self.keeps_the_interval(notifications);
        let _running = Running(&self.ledger, &target.name);
        interleave();
        match self.script[nth.min(self.script.len() - 1)] {
            AttemptEnd::Notified => {}
            AttemptEnd::Held => self.released.notified().await,
            AttemptEnd::Passing => return Err(passing(None)),
            AttemptEnd::Permanent => return Err(PatchError::Permanent("gone".to_owned())),
            AttemptEnd::Hangs => {
                let _asleep = Asleep::until(Instant::now() + self.attempt);
                std::future::pending().await
            }
        }
        let deliveries = covered.into_iter();
        let ledger = &self.ledger;
        ledger.ended(&target.name, deliveries, TargetEnd::Notified);
        Ok(())
    }

    fn given_up(&self, target: &Target, notifications: &[Arc<Notification>], why: GivenUp) {
        let deliveries = notifications.iter().map(|it| &it.delivery);
        let ledger = &self.ledger;
        ledger.ended(&target.name, deliveries, TargetEnd::GivenUp(why));
    }
}

/// One interleaving: a notifier, and what has happened.
#[derive(Clone)]
pub(super) struct World {
    pub(super) notifier: Notifier<Scripted>,
    pub(super) ledger: Arc<Ledger>,
}

impl World {
    /// At the end each target of each delivery has ended as `allowed` says, and nothing is left of any
    /// queue.
    pub(super) fn new(
        settings: NotifySettings,
        script: &'static [AttemptEnd],
        allowed: fn(&[TargetEnd]) -> bool,
    ) -> Self {
        let ledger = Arc::new(Ledger::default());
        let patch = Scripted {
            script,
            slots: settings.slots,
            attempt: settings.attempt,
            released: tokio::sync::Notify::new(),
            keeps_intervals: AtomicBool::new(false),
            last: Mutex::default(),
            ledger: Arc::clone(&ledger),
        };
        let world = Self {
            notifier: Notifier::new(patch, settings, NotifyMetrics::default()),
            ledger,
        };
        let last = world.clone();
        at_the_end(move || {
            let all = last.ledger.ends();
            assert!(!all.is_empty(), "every delivery was refused");
            for ends in all {
                assert!(
                    allowed(&ends),
                    "a target of a delivery has ended as {ends:?}"
                );
            }
            last.nothing_is_left();
        });
        world
    }

    /// Ends the attempt that is held.
    pub(super) fn release(&self) {
        self.notifier.shared.patch.released.notify_one();
    }

    /// From now on no attempt may begin within an interval.
    pub(super) fn keeps_intervals(&self) {
        let patch = &self.notifier.shared.patch;
        patch.keeps_intervals.store(true, Ordering::Relaxed);
    }

    fn nothing_is_left(&self) {
        let shared = &self.notifier.shared;
        assert!(shared.queues.pending().is_empty(), "pending");
        assert_eq!(shared.queues.known(), 0, "queues");
        assert_eq!(shared.queues.counted(), 0, "counted as pending");
        assert_eq!(shared.slots.contenders(), 0, "who waits for slots");
    }

    /// Notifies, and does not wait.
    pub(super) fn posts(&self, notification: &Arc<Notification>, targets: &[&str]) {
        let selected = targets.iter().map(|name| target(name)).collect();
        let progress = self.notifier.notify(told(notification, selected), HOUR);
        self.ledger.queued(&notification.delivery, targets);
        drop(progress);
    }

    /// Notifies if there is room, and does not wait.
    pub(super) fn posts_if_there_is_room(
        &self,
        notification: &Arc<Notification>,
        targets: &[&str],
    ) {
        let selected = targets.iter().map(|name| target(name)).collect();
        let progress = self.notifier.notify(told(notification, selected), HOUR);
        self.ledger.queued(&notification.delivery, targets);
        if progress.now_or_never() == Some(None) {
            self.ledger.refused(&notification.delivery);
        }
    }

    /// Notifies, and waits until all is done. The sender is told nothing that has not happened.
    pub(super) async fn delivers(
        &self,
        notification: &Arc<Notification>,
        targets: &[&str],
    ) -> Option<Progress> {
        let selected = targets.iter().map(|name| target(name)).collect();
        let progress = self.notifier.notify(told(notification, selected), HOUR);
        self.ledger.queued(&notification.delivery, targets);
        let progress = progress.await;
        let Some(told) = progress else {
            self.ledger.refused(&notification.delivery);
            return None;
        };
        let notified = self.ledger.notified(&notification.delivery);
        assert!(told.notified <= notified, "{told:?}, notified: {notified}");
        let Progress {
            notified,
            unreachable,
            failing,
            running,
            postponed,
        } = told;
        let all = notified + unreachable + failing + running + postponed;
        assert_eq!(all, targets.len(), "{told:?}");
        progress
    }
}

/// All targets were notified, and nothing else is said.
pub(super) fn notified(targets: usize) -> Option<Progress> {
    Some(Progress {
        notified: targets,
        ..Progress::default()
    })
}

/// The defaults, but for so many slots.
pub(super) fn slots(slots: usize) -> NotifySettings {
    NotifySettings {
        slots,
        ..NotifySettings::default()
    }
}

/// Exactly one end, which is to be notified.
pub(super) fn once_notified(ends: &[TargetEnd]) -> bool {
    ends == [TargetEnd::Notified]
}
