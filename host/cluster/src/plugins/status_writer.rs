//! Writes what is known of each ReceiverPlugin into its status.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bellpull_api::{PLUGIN_API_VERSION, PLUGIN_KIND, ReceiverPluginStatus};
use bellpull_core::Timestamp;
use bellpull_trust::status::{DeclaredStates, lagging, report};
use bellpull_trust::{DeclaredPlugins, PluginObject};
use kube::api::{Patch, PatchParams};
use kube::core::Request;
use kube::{Client, Resource as _};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, interval};

use super::reports::OwnReports;
use super::watched_plugin::WatchedPlugin;
use crate::api_error;
use crate::metrics::{ClusterMetrics, StatusWrite};
use crate::patch::FIELD_MANAGER;

/// How often the same status is written again after another writer has changed it.
const REASSERT: Duration = Duration::from_secs(60);
/// How often reports that end and writes that failed are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Each replica writes its own report. The one that leads writes the rest.
pub(crate) struct PluginStatusWriter {
    client: Client,
    leading: watch::Receiver<bool>,
    declared: watch::Receiver<Arc<DeclaredPlugins>>,
    states: watch::Receiver<Arc<DeclaredStates>>,
    metrics: ClusterMetrics,
    reports: OwnReports,
    /// The last written status of each object, and the time of the write.
    written: HashMap<String, (ReceiverPluginStatus, Instant)>,
}

impl PluginStatusWriter {
    pub(crate) fn new(
        client: Client,
        leading: watch::Receiver<bool>,
        declared: watch::Receiver<Arc<DeclaredPlugins>>,
        states: watch::Receiver<Arc<DeclaredStates>>,
        (replica, metrics): (String, ClusterMetrics),
    ) -> Self {
        Self {
            client,
            leading,
            declared,
            states,
            metrics,
            reports: OwnReports::new(replica),
            written: HashMap::new(),
        }
    }

    /// Writes until nobody tells states any more.
    pub(crate) async fn run(mut self) {
        let mut looks = interval(LOOK);
        let mut leads = true;
        loop {
            tokio::select! {
                changed = self.states.changed() => if changed.is_err() { return },
                changed = self.declared.changed() => if changed.is_err() { return },
                changed = self.leading.changed(), if leads => leads = changed.is_ok(),
                _ = looks.tick() => {}
            }
            self.write_all().await;
        }
    }

    async fn write_all(&mut self) {
        let declared = Arc::clone(&self.declared.borrow_and_update());
        let states = Arc::clone(&self.states.borrow_and_update());
        self.written
            .retain(|name, _| declared.plugins.contains_key(name));
        for (name, plugin) in &declared.plugins {
            let Some(state) = states.get(name) else {
                continue;
            };
            let now = Timestamp::now();
            if let Some(patch) = self.reports.patch(plugin, state, now)
                && !self.send(plugin, &Patch::Merge(patch), FIELD_MANAGER).await
            {
                self.reports.forget(name);
            }
            if !*self.leading.borrow() {
                continue;
            }
            let lagging = lagging(plugin, state, &self.reports.replica, now);
            if let Some(status) = report(plugin, state, &lagging, now) {
                self.write(plugin, status).await;
            }
        }
    }

    async fn write(&mut self, plugin: &PluginObject, status: ReceiverPluginStatus) {
        let last = self.written.get(&plugin.name);
        let again = |(before, then): &(ReceiverPluginStatus, Instant)| {
            same(before, &status) && then.elapsed() < REASSERT
        };
        if last.is_some_and(again) {
            return;
        }
        let patch = Patch::Merge(json!({
            "apiVersion": PLUGIN_API_VERSION,
            "kind": PLUGIN_KIND,
            "status": whole(&status),
        }));
        if self.send(plugin, &patch, FIELD_MANAGER).await {
            let written = (status, Instant::now());
            self.written.insert(plugin.name.clone(), written);
        }
    }

    /// Patches the status of an object. Returns whether that was done.
    async fn send(&self, plugin: &PluginObject, patch: &Patch<Value>, manager: &str) -> bool {
        let parameters = PatchParams {
            field_manager: Some(manager.to_owned()),
            ..PatchParams::default()
        };
        let request = Request::new(WatchedPlugin::url_path(&(), None));
        let request = request.patch_subresource("status", &plugin.name, &parameters, patch);
        let sent = match request.map_err(kube::Error::BuildRequest) {
            Ok(request) => self.client.request_text(request).await.map(drop),
            Err(error) => Err(error),
        };
        match sent {
            Ok(()) => {
                self.metrics.status_written(StatusWrite::Done);
                true
            }
            // It is gone.
            Err(error) if api_error::status(&error) == Some(404) => true,
            Err(error) => {
                self.metrics.status_written(StatusWrite::Failed);
                let (name, error) = (&plugin.name, api_error::describe(&error));
                tracing::warn!(plugin = name, error, "its status could not be written");
                false
            }
        }
    }
}

/// A merge patch keeps every field that it does not name, so absent fields are set to null. Replicas write
/// their own reports.
fn whole(status: &ReceiverPluginStatus) -> Value {
    let mut patch = serde_json::to_value(status).unwrap_or_default();
    if let Some(members) = patch.as_object_mut() {
        members.remove("replicas");
        for name in [
            "artifact",
            "history",
            "verifiedBy",
            "contract",
            "providers",
            "capabilities",
            "inUseBy",
        ] {
            members.entry(name).or_insert(Value::Null);
        }
    }
    patch
}

/// Whether two statuses say the same, but for the reports of replicas and the times of transitions.
fn same(one: &ReceiverPluginStatus, other: &ReceiverPluginStatus) -> bool {
    let plain = |status: &ReceiverPluginStatus| {
        let mut status = status.clone();
        status.replicas.clear();
        for condition in &mut status.conditions {
            condition.last_transition_time.clear();
        }
        status
    };
    plain(one) == plain(other)
}
