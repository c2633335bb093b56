//! Writes what the plan says of each Receiver into its status, where that says something else.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bellpull_core::{ReceiverId, Timestamp};
use bellpull_plan::ReceiverState;
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
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::events::Announcer;
use crate::failure;
use crate::metrics::{Metrics, Written};
use crate::patch::FIELD_MANAGER;
use crate::receiver::WatchedReceiver;
use crate::receivers::{Receivers, reference};

/// How often the same is written over what another has written.
const REASSERT: Duration = Duration::from_secs(60);
/// Until a write that failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// Writes at once.
const AT_ONCE: u16 = 16;
/// The finaliser that Flux adds (fluxcd/notification-controller v1.9.3, `api/v1/condition_types.go`,
/// `NotificationFinalizer`).
const FLUX_FINALIZER: &str = "finalizers.fluxcd.io";
/// Flux's default of `spec.interval`.
const INTERVAL: &str = "10m";

/// What the last plan says of each Receiver.
#[derive(Default)]
pub(crate) struct States {
    states: RwLock<HashMap<ReceiverId, Arc<ReceiverState>>>,
}

impl States {
    /// Takes a plan, and tells whose state has changed.
    pub(crate) fn take(
        &self,
        planned: &[Arc<ReceiverState>],
        touched: &UnboundedSender<ObjectRef<WatchedReceiver>>,
    ) {
        let now: HashMap<ReceiverId, Arc<ReceiverState>> = planned
            .iter()
            .map(|state| (state.id.clone(), Arc::clone(state)))
            .collect();
        let mut states = self.states.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *states, now);
        for state in planned {
            let same = before.get(&state.id).is_some_and(|known| known == state);
            if !same {
                // Nobody is left to hear it only when the process ends.
                drop(touched.send(reference(&state.id)));
            }
        }
    }

    fn get(&self, id: &ReceiverId) -> Option<Arc<ReceiverState>> {
        let states = self.states.read().unwrap_or_else(PoisonError::into_inner);
        states.get(id).map(Arc::clone)
    }
}

/// Writes status, while this replica leads.
pub(crate) struct Writer {
    client: Client,
    leading: watch::Receiver<bool>,
    states: Arc<States>,
    announcer: Announcer,
    metrics: Metrics,
    /// What was last written of a Receiver, as a hash, and when.
    written: Mutex<HashMap<ReceiverId, (u64, Instant)>>,
}

impl Writer {
    pub(crate) fn new(
        client: Client,
        leading: watch::Receiver<bool>,
        states: Arc<States>,
        announcer: Announcer,
        metrics: Metrics,
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

    /// Looks at each Receiver that is touched, and at all when this replica begins to lead.
    pub(crate) async fn run(
        self,
        receivers: Receivers,
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
            stream::iter(every.map(|receiver| reference(&receiver.id())))
        });
        let queue = stream::select(touched, led).map(Ok::<_, std::convert::Infallible>);
        let look = |receiver: Arc<WatchedReceiver>, writer: Arc<Self>| {
            let looked: BoxFuture<'static, Result<Action, kube::Error>> =
                Box::pin(async move { writer.look(&receiver).await });
            looked
        };
        let failed = |receiver: Arc<WatchedReceiver>, error: &kube::Error, writer: Arc<Self>| {
            writer.metrics.status_written(Written::Failed);
            let error = failure::describe(error);
            tracing::warn!(receiver = %receiver.id(), error, "its status could not be written");
            Action::requeue(AGAIN)
        };
        let config = Config::default().concurrency(AT_ONCE);
        let mut applied = std::pin::pin!(applier(
            look,
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

    async fn look(&self, receiver: &WatchedReceiver) -> Result<Action, kube::Error> {
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
        let next_run = next_run(state.interval.as_deref().unwrap_or(INTERVAL));
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
        if let Some(left) = self.left(&id, hash) {
            return Ok(Action::requeue(left));
        }
        let patch = json!({
            "metadata": {"resourceVersion": receiver.resource_version()},
            "status": value,
        });
        match self.write(&id, patch).await {
            Ok(()) => {
                self.metrics.status_written(Written::Done);
                self.remember(id.clone(), hash);
                if let Some(announcement) = announcement {
                    self.announcer.announce(&id, announcement);
                }
                Ok(Action::await_change())
            }
            // Another has written in between, and the watch will tell what.
            Err(error) if failure::status(&error) == Some(409) => {
                self.metrics.status_written(Written::Conflict);
                Ok(Action::requeue(AGAIN))
            }
            Err(error) if failure::status(&error) == Some(404) => Ok(Action::await_change()),
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

    /// How long the same is not to be written again, if it is not.
    fn left(&self, id: &ReceiverId, hash: u64) -> Option<Duration> {
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

    /// A Receiver that Flux's controller has known cannot go before its finaliser has.
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
            // Gone, or no longer as it was: the watch tells which.
            Err(error) if matches!(failure::status(&error), Some(404 | 409 | 422)) => {
                Ok(Action::requeue(AGAIN))
            }
            Err(error) => Err(error),
        }
    }
}

/// A merge patch keeps what it does not name, so what is not there is named as null.
fn patch_of(status: &Value) -> Value {
    let mut patch = status.clone();
    if let Some(members) = patch.as_object_mut() {
        for name in ["conditions", "webhookPath", "observedGeneration"] {
            members.entry(name).or_insert(Value::Null);
        }
    }
    patch
}

/// `lastTransitionTime` is of the moment of writing, so it does not count.
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

/// `spec.interval` as Go prints it.
fn next_run(interval: &str) -> String {
    let duration: Result<kube::core::Duration, _> = interval.parse();
    duration.map_or_else(
        |_| interval.to_owned(),
        |duration| go_duration(duration.into()),
    )
}

/// Hours, minutes and seconds down from the largest that is not zero (Go, `time.Duration.String`).
fn go_duration(duration: Duration) -> String {
    let whole = duration.as_secs();
    let (hours, minutes) = (whole / 3600, whole / 60 % 60);
    if whole == 0 {
        let millis = duration.as_secs_f64() * 1e3;
        return if duration.is_zero() {
            "0s".to_owned()
        } else {
            format!("{millis}ms")
        };
    }
    let seconds = duration.as_secs_f64() - (whole - whole % 60) as f64;
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_printed_as_go_prints_them() {
        let cases = [
            ("10m", "10m0s"),
            ("1h", "1h0m0s"),
            ("1h30m", "1h30m0s"),
            ("90s", "1m30s"),
            ("1.5s", "1.5s"),
            ("0.25h", "15m0s"),
            ("250ms", "250ms"),
            ("0s", "0s"),
            ("soon", "soon"),
        ];
        for (interval, expected) in cases {
            assert_eq!(next_run(interval), expected, "{interval}");
        }
    }

    #[test]
    fn what_is_gone_is_named_and_the_moment_does_not_count() {
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
