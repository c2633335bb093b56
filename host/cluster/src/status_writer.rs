//! Writes the planned state of each Receiver into its status, where the status says something else.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bellpull_core::{ReceiverId, Timestamp};
use bellpull_plan::status::{StatusReport, report};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use kube::api::{Patch, PatchParams};
use kube::core::Request;
use kube::runtime::controller::{Action, Config};
use kube::runtime::reflector::ObjectRef;
use kube::runtime::{applier, controller};
use kube::{Client, Resource as _, ResourceExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::events::Announcer;
use crate::metrics::{ClusterMetrics, StatusWrite};
use crate::patch::FIELD_MANAGER;
use crate::planned_states::PlannedStates;
use crate::receiver_follower::ReceiverStore;
use crate::watched_receiver::WatchedReceiver;
use crate::{api_error, go_duration};

/// How often the same status is written again after another writer has changed it.
const REASSERT: Duration = Duration::from_secs(60);
/// The delay before a failed write is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How many statuses are written at once.
const AT_ONCE: u16 = 16;
/// The finaliser that Flux adds (fluxcd/notification-controller v1.9.3, `api/v1/condition_types.go`,
/// `NotificationFinalizer`).
const FLUX_FINALIZER: &str = "finalizers.fluxcd.io";
/// Flux's default of `spec.interval`.
const INTERVAL: &str = "10m";

/// Writes status while this replica leads.
pub(crate) struct StatusWriter {
    client: Client,
    leading: watch::Receiver<bool>,
    states: Arc<PlannedStates>,
    announcer: Announcer,
    metrics: ClusterMetrics,
    /// The hash of the last written status of each Receiver, and the time of the write.
    written: Mutex<HashMap<ReceiverId, (u64, Instant)>>,
}

impl StatusWriter {
    pub(crate) fn new(
        client: Client,
        leading: watch::Receiver<bool>,
        states: Arc<PlannedStates>,
        announcer: Announcer,
        metrics: ClusterMetrics,
    ) -> Self {
        Self {
            client,
            leading,
            states,
            announcer,
            metrics,
            written: Mutex::default(),
        }
    }

    /// Reconciles the status of each touched Receiver, and of all when this replica begins to lead.
    pub(crate) async fn run(
        self,
        receivers: ReceiverStore,
        touched: UnboundedReceiver<ObjectRef<WatchedReceiver>>,
    ) {
        let touched = stream::unfold(touched, |mut touched| async {
            touched.recv().await.map(|one| (one, touched))
        });
        let all = receivers.clone();
        let led = stream::unfold(self.leading.clone(), |mut leading| async {
            leading.changed().await.ok()?;
            let is_leader = *leading.borrow_and_update();
            Some((is_leader, leading))
        })
        .filter(|is_leader| std::future::ready(*is_leader))
        .flat_map(move |_| {
            let every = all.state().into_iter();
            stream::iter(every.map(|receiver| WatchedReceiver::reference(&receiver.id())))
        });
        let queue = stream::select(touched, led).map(Ok::<_, std::convert::Infallible>);
        let reconcile = |receiver: Arc<WatchedReceiver>, writer: Arc<Self>| {
            let reconciled: BoxFuture<'static, Result<Action, kube::Error>> =
                Box::pin(async move { writer.reconcile(&receiver).await });
            reconciled
        };
        let failed = |receiver: Arc<WatchedReceiver>, error: &kube::Error, writer: Arc<Self>| {
            writer.metrics.status_written(StatusWrite::Failed);
            let error = api_error::describe(error);
            tracing::warn!(receiver = %receiver.id(), error, "its status could not be written");
            Action::requeue(AGAIN)
        };
        let config = Config::default().concurrency(AT_ONCE);
        let mut applied = std::pin::pin!(applier(
            reconcile,
            failed,
            Arc::new(self),
            receivers,
            queue,
            config
        ));
        while let Some(result) = applied.next().await {
            if let Err(error @ controller::Error::RunnerError(_)) = result {
                tracing::error!(%error, "status is no longer written");
            }
        }
    }

    async fn reconcile(&self, receiver: &WatchedReceiver) -> Result<Action, kube::Error> {
        if !*self.leading.borrow() {
            return Ok(Action::await_change());
        }
        if receiver.is_being_deleted() {
            return self.remove_finalizer(receiver).await;
        }
        let id = receiver.id();
        let Some(state) = self.states.get(&id) else {
            return Ok(Action::await_change());
        };
        let next_run = go_duration::normalize(state.interval.as_deref().unwrap_or(INTERVAL));
        let observed = receiver.observed();
        let Some(StatusReport {
            status,
            announcement,
        }) = report(&observed, &state, &next_run, Timestamp::now())
        else {
            return Ok(Action::await_change());
        };
        let value = patch_of(&serde_json::to_value(&status).unwrap_or_default());
        let hash = hash(&value);
        if let Some(left) = self.time_left(&id, hash) {
            return Ok(Action::requeue(left));
        }
        let patch = json!({
            "metadata": {"resourceVersion": receiver.resource_version()},
            "status": value,
        });
        match self.write(&id, patch).await {
            Ok(()) => {
                self.metrics.status_written(StatusWrite::Done);
                self.remember(id.clone(), hash);
                if let Some(announcement) = announcement {
                    self.announcer.announce(&id, announcement);
                }
                Ok(Action::await_change())
            }
            // Another writer was faster. The watch will deliver the new object.
            Err(error) if api_error::status(&error) == Some(409) => {
                self.metrics.status_written(StatusWrite::Conflict);
                Ok(Action::requeue(AGAIN))
            }
            Err(error) if api_error::status(&error) == Some(404) => Ok(Action::await_change()),
            Err(error) => Err(error),
        }
    }

    async fn write(&self, id: &ReceiverId, patch: Value) -> Result<(), kube::Error> {
        let path = WatchedReceiver::url_path(&(), Some(&id.namespace));
        let parameters = PatchParams {
            field_manager: Some(FIELD_MANAGER.to_owned()),
            ..PatchParams::default()
        };
        let request = Request::new(path)
            .patch_subresource("status", &id.name, &parameters, &Patch::Merge(patch))
            .map_err(kube::Error::BuildRequest)?;
        self.client.request_text(request).await.map(drop)
    }

    /// The time until the same status may be written again; `None` when it may be written now.
    fn time_left(&self, id: &ReceiverId, hash: u64) -> Option<Duration> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, then) = written.get(id)?;
        let left = REASSERT.checked_sub(then.elapsed())?;
        (*before == hash).then_some(left)
    }

    fn remember(&self, id: ReceiverId, hash: u64) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.retain(|_, (_, then)| then.elapsed() < REASSERT);
        written.insert(id, (hash, Instant::now()));
    }

    /// A Receiver that Flux's controller has handled has its finaliser, which prevents the deletion.
    async fn remove_finalizer(&self, receiver: &WatchedReceiver) -> Result<Action, kube::Error> {
        let finalizers = receiver.finalizers();
        let Some(at) = finalizers.iter().position(|name| name == FLUX_FINALIZER) else {
            return Ok(Action::await_change());
        };
        let path = format!("/metadata/finalizers/{at}");
        let patch = json!([
            {"op": "test", "path": path, "value": FLUX_FINALIZER},
            {"op": "remove", "path": path},
        ]);
        let patch: json_patch::Patch =
            serde_json::from_value(patch).map_err(kube::Error::SerdeError)?;
        let id = receiver.id();
        let request = Request::new(WatchedReceiver::url_path(&(), Some(&id.namespace)))
            .patch_metadata(&id.name, &PatchParams::default(), &Patch::<()>::Json(patch))
            .map_err(kube::Error::BuildRequest)?;
        match self.client.request_text(request).await {
            Ok(_) => Ok(Action::await_change()),
            // The Receiver is gone or has changed. The watch will tell which.
            Err(error) if matches!(api_error::status(&error), Some(404 | 409 | 422)) => {
                Ok(Action::requeue(AGAIN))
            }
            Err(error) => Err(error),
        }
    }
}

/// A merge patch keeps every field that it does not name, so absent fields are set to null.
fn patch_of(status: &Value) -> Value {
    let mut patch = status.clone();
    if let Some(members) = patch.as_object_mut() {
        for name in ["conditions", "webhookPath", "observedGeneration"] {
            members.entry(name).or_insert(Value::Null);
        }
    }
    patch
}

/// The hash of a status without `lastTransitionTime`, which is the time of writing.
fn hash(status: &Value) -> u64 {
    let mut status = status.clone();
    if let Some(conditions) = status.get_mut("conditions").and_then(Value::as_array_mut) {
        for condition in conditions {
            if let Some(members) = condition.as_object_mut() {
                members.remove("lastTransitionTime");
            }
        }
    }
    let mut hasher = DefaultHasher::new();
    status.to_string().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_fields_become_null_and_the_time_does_not_count() {
        let empty = json!({"lastHandledReconcileAt": "now"});
        assert_eq!(
            patch_of(&empty),
            json!({
                "lastHandledReconcileAt": "now",
                "conditions": null, "webhookPath": null, "observedGeneration": null,
            })
        );
        let at = |time: &str, message: &str| {
            hash(&json!({"conditions": [{"lastTransitionTime": time, "message": message}]}))
        };
        assert_eq!(at("1", "a"), at("2", "a"));
        assert_ne!(at("1", "a"), at("1", "b"));
    }
}
