use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{
    DeliveryId, Event, EventSet, GivenUp, Notification, Notify as _, Patch, PatchError, Progress,
    ReceiverId, Target, Timestamp,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::{Notifier, NotifyMetrics, NotifySettings};

pub(super) const DEADLINE: Duration = Duration::from_millis(2500);

/// An attempt that has begun and waits for the test to end it.
pub(super) struct Attempt {
    pub(super) target: String,
    pub(super) deliveries: Vec<DeliveryId>,
    pub(super) requested_at: Timestamp,
    reply: oneshot::Sender<Result<(), PatchError>>,
}

impl Attempt {
    pub(super) fn ends(self, result: Result<(), PatchError>) {
        // An attempt that has timed out no longer listens.
        let _ = self.reply.send(result);
    }
}

/// A target that is given up, and of which deliveries.
pub(super) type ToldGivenUp = (String, Vec<DeliveryId>, GivenUp);

pub(super) struct Fake {
    attempts: mpsc::UnboundedSender<Attempt>,
    given_up: mpsc::UnboundedSender<ToldGivenUp>,
}

impl Patch for Fake {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let (reply, answer) = oneshot::channel();
        let attempt = Attempt {
            target: target.name.clone(),
            deliveries: notifications.iter().map(|n| n.delivery.clone()).collect(),
            requested_at,
            reply,
        };
        self.attempts.send(attempt).unwrap();
        answer.await.unwrap_or_else(|_| Err(passing(None)))
    }

    fn given_up(&self, target: &Target, notifications: &[Arc<Notification>], why: GivenUp) {
        let deliveries = notifications.iter().map(|it| it.delivery.clone());
        let told = (target.name.clone(), deliveries.collect(), why);
        self.given_up.send(told).unwrap();
    }
}

pub(super) fn passing(retry_after: Option<Duration>) -> PatchError {
    PatchError::Passing {
        reason: "busy".to_owned(),
        retry_after,
    }
}

pub(super) struct Bench {
    /// Lives as long as the process, so that a notification may be awaited in another task.
    pub(super) notifier: &'static Notifier<Fake>,
    pub(super) attempts: mpsc::UnboundedReceiver<Attempt>,
    pub(super) given_up: mpsc::UnboundedReceiver<ToldGivenUp>,
    pub(super) metrics: NotifyMetrics,
}

impl Bench {
    pub(super) fn new(settings: NotifySettings) -> Self {
        let (to_attempts, attempts) = mpsc::unbounded_channel();
        let (to_given_up, given_up) = mpsc::unbounded_channel();
        let metrics = NotifyMetrics::default();
        Self {
            notifier: Box::leak(Box::new(Notifier::new(
                Fake {
                    attempts: to_attempts,
                    given_up: to_given_up,
                },
                settings,
                metrics.clone(),
            ))),
            attempts,
            given_up,
            metrics,
        }
    }

    pub(super) fn with_slots(slots: usize) -> Self {
        Self::new(NotifySettings {
            slots,
            ..NotifySettings::default()
        })
    }

    /// Queues a delivery at once. The handle returns its progress.
    pub(super) fn ring(
        &self,
        receiver: &str,
        targets: &[&str],
    ) -> (DeliveryId, JoinHandle<Progress>) {
        self.ring_for(ReceiverId::new("apps", receiver), targets)
    }

    /// The same for a Receiver in any namespace.
    pub(super) fn ring_for(
        &self,
        receiver: ReceiverId,
        targets: &[&str],
    ) -> (DeliveryId, JoinHandle<Progress>) {
        self.queue(&notification_of(receiver), targets)
    }

    /// The same for a delivery with a least interval.
    pub(super) fn ring_every(
        &self,
        interval: Duration,
        receiver: &str,
        targets: &[&str],
    ) -> (DeliveryId, JoinHandle<Progress>) {
        self.queue(&notification_every(Some(interval), receiver), targets)
    }

    fn queue(
        &self,
        notification: &Arc<Notification>,
        targets: &[&str],
    ) -> (DeliveryId, JoinHandle<Progress>) {
        let id = notification.delivery.clone();
        let targets = targets.iter().map(|name| target(name)).collect();
        let progress = self.notifier.notify(told(notification, targets), DEADLINE);
        (
            id,
            tokio::spawn(async { progress.await.unwrap_or_default() }),
        )
    }

    /// Returns once every task waits for something: until then the paused clock stands still.
    pub(super) async fn settled(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    pub(super) async fn next(&mut self) -> Attempt {
        self.attempts.recv().await.unwrap()
    }
}

/// Pairs each target with the same notification.
pub(super) fn told(
    notification: &Arc<Notification>,
    targets: Vec<Target>,
) -> Vec<(Target, Arc<Notification>)> {
    let targets = targets.into_iter();
    targets
        .map(|target| (target, Arc::clone(notification)))
        .collect()
}

pub(super) fn notification(receiver: &str) -> Arc<Notification> {
    notification_of(ReceiverId::new("apps", receiver))
}

/// A notification with a least interval, if there is one.
pub(super) fn notification_every(interval: Option<Duration>, receiver: &str) -> Arc<Notification> {
    let notification = notification(receiver);
    Arc::new(Notification {
        min_interval: interval,
        ..(*notification).clone()
    })
}

pub(super) fn notification_of(receiver: ReceiverId) -> Arc<Notification> {
    Arc::new(Notification {
        delivery: DeliveryId::generate(),
        received: Timestamp::now(),
        receiver,
        provider: "github".to_owned(),
        acceptance: Arc::new(Event::default().into()),
        selected: EventSet::NONE,
        min_interval: None,
        trace: None,
        room: None,
    })
}

pub(super) fn target(name: &str) -> Target {
    Target {
        api_version: "source.toolkit.fluxcd.io/v1".to_owned(),
        kind: "GitRepository".to_owned(),
        namespace: "apps".to_owned(),
        name: name.to_owned(),
    }
}
