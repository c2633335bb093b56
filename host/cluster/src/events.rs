//! Kubernetes Events of Receivers, by kube's recorder. They are told one after another beside the
//! road: a delivery never waits for one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bellpull_core::{ReceiverId, limits, text};
use bellpull_plan::status::Announcement;
use kube::runtime::events::{Event, EventType, Recorder};
use kube::{Client, Resource as _};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::metrics::Metrics;
use crate::receivers::{Receivers, reference};

/// Events that wait; beyond that they are dropped and counted.
const WAITING: usize = 20_000;
/// How often a Receiver's unreachable targets are told of.
const UNREACHABLE_EVERY: Duration = Duration::from_secs(60);
/// A note, bytes (Kubernetes, `events.k8s.io/v1`: at most 1 kB).
const NOTE: usize = 1000;

/// Tells of Receivers. Clones tell by the same recorder.
#[derive(Clone)]
pub(crate) struct Announcer {
    queue: mpsc::Sender<(ReceiverId, Announcement)>,
    told: Arc<Mutex<HashMap<ReceiverId, Instant>>>,
    metrics: Metrics,
}

impl Announcer {
    /// An announcer, and what is to run for it.
    pub(crate) fn new(
        client: Client,
        receivers: Receivers,
        metrics: Metrics,
    ) -> (Self, impl Future<Output = ()>) {
        let (queue, announcements) = mpsc::channel(WAITING);
        let announcer = Self {
            queue,
            told: Arc::default(),
            metrics: metrics.clone(),
        };
        (announcer, record(client, receivers, announcements, metrics))
    }

    /// Tells of a Receiver.
    pub(crate) fn announce(&self, receiver: &ReceiverId, announcement: Announcement) {
        if self
            .queue
            .try_send((receiver.clone(), announcement))
            .is_err()
        {
            self.metrics.event_dropped();
        }
    }

    /// Tells that something of a Receiver's cannot be notified as things stand: not more often than
    /// once a minute for each Receiver.
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
    receivers: Receivers,
    mut announcements: mpsc::Receiver<(ReceiverId, Announcement)>,
    metrics: Metrics,
) {
    let recorder = Recorder::new(client, "bellpull".into());
    while let Some((id, announcement)) = announcements.recv().await {
        let Some(receiver) = receivers.get(&reference(&id)) else {
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
            let error = text::printable(&crate::failure::describe(&error), limits::GUEST_TEXT);
            tracing::warn!(receiver = %id, error, "an Event could not be recorded");
        }
    }
}
