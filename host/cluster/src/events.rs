//! Kubernetes Events of Receivers. They are recorded one after another by a task of their own, so that
//! no delivery waits for one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bellpull_core::{ReceiverId, limits, text};
use bellpull_plan::status::Announcement;
use kube::runtime::events::{Event, EventType, Recorder};
use kube::{Client, Resource as _};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::metrics::ClusterMetrics;
use crate::receiver_follower::ReceiverStore;
use crate::watched_receiver::WatchedReceiver;

/// How many Events may wait. Further ones are dropped and counted.
const WAITING: usize = 20_000;
/// The least time between two Events of unreachable targets of one Receiver.
const UNREACHABLE_EVERY: Duration = Duration::from_secs(60);
/// Bytes of a note (Kubernetes, `events.k8s.io/v1`: at most 1 kB).
const NOTE: usize = 1000;

/// Queues Events of Receivers. Clones share the queue.
#[derive(Clone)]
pub(crate) struct Announcer {
    queue: mpsc::Sender<(ReceiverId, Announcement)>,
    told: Arc<Mutex<HashMap<ReceiverId, Instant>>>,
    metrics: ClusterMetrics,
}

impl Announcer {
    /// An announcer, and the future that records what it queues.
    pub(crate) fn new(
        client: Client,
        receivers: ReceiverStore,
        metrics: ClusterMetrics,
    ) -> (Self, impl Future<Output = ()>) {
        let (queue, announcements) = mpsc::channel(WAITING);
        let announcer = Self {
            queue,
            told: Arc::default(),
            metrics: metrics.clone(),
        };
        (announcer, record(client, receivers, announcements, metrics))
    }

    /// Queues an Event of a Receiver.
    pub(crate) fn announce(&self, receiver: &ReceiverId, announcement: Announcement) {
        if self
            .queue
            .try_send((receiver.clone(), announcement))
            .is_err()
        {
            self.metrics.event_dropped();
        }
    }

    /// Queues an Event that a target cannot be notified, at most once a minute for each Receiver.
    pub(crate) fn unreachable(&self, receiver: &ReceiverId, target: &str, why: &str) {
        self.metrics.unreachable(receiver, target);
        let now = Instant::now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = told
            .get(receiver)
            .is_some_and(|then| now.duration_since(*then) < UNREACHABLE_EVERY);
        if recent {
            return;
        }
        told.retain(|_, then| now.duration_since(*then) < UNREACHABLE_EVERY);
        told.insert(receiver.clone(), now);
        drop(told);
        let announcement = Announcement {
            warning: true,
            reason: "TargetUnreachable",
            message: format!("a delivery could not notify {target}: {why}"),
        };
        self.announce(receiver, announcement);
    }
}

async fn record(
    client: Client,
    receivers: ReceiverStore,
    mut announcements: mpsc::Receiver<(ReceiverId, Announcement)>,
    metrics: ClusterMetrics,
) {
    let recorder = Recorder::new(client, "bellpull".into());
    while let Some((id, announcement)) = announcements.recv().await {
        let Some(receiver) = receivers.get(&WatchedReceiver::reference(&id)) else {
            continue;
        };
        let event = Event {
            type_: if announcement.warning {
                EventType::Warning
            } else {
                EventType::Normal
            },
            reason: announcement.reason.to_owned(),
            note: Some(text::printable_lines(&announcement.message, NOTE)),
            action: "Reconcile".to_owned(),
            secondary: None,
        };
        if let Err(error) = recorder.publish(&event, &receiver.object_ref(&())).await {
            metrics.event_dropped();
            let error = text::printable(&crate::api_error::describe(&error), limits::GUEST_TEXT);
            tracing::warn!(receiver = %id, error, "an Event could not be recorded");
        }
    }
}
