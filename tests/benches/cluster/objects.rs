//! Objects of one namespace.

use std::collections::{HashMap, HashSet};

use bellpull_core::{ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;
use bellpull_tests::cluster::ControlPlane;
use bellpull_tests::cluster::api::{Api, Call, Watch};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::TOKEN;

/// The annotation that both set.
const REQUESTED_AT: &str = "reconcile.fluxcd.io/requestedAt";

/// A new namespace.
pub(crate) struct Namespace {
    pub(crate) api: Api,
    name: String,
}

/// What is read of an object.
#[derive(Deserialize)]
struct Object {
    metadata: Metadata,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    annotations: HashMap<String, String>,
}

#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
struct Condition {
    r#type: String,
    status: String,
}

impl Namespace {
    pub(crate) fn new(plane: &ControlPlane, api: &Api, prefix: &str) -> Self {
        Self {
            api: api.clone(),
            name: plane.namespace(prefix),
        }
    }

    pub(crate) fn receivers(&self) -> String {
        let group = "notification.toolkit.fluxcd.io/v1";
        format!("/apis/{group}/namespaces/{}/receivers", self.name)
    }

    pub(crate) fn repositories(&self) -> String {
        let group = "source.toolkit.fluxcd.io/v1";
        format!("/apis/{group}/namespaces/{}/gitrepositories", self.name)
    }

    fn secrets(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.name)
    }

    /// A GitHub Receiver with a Secret of its own, the Secret first.
    pub(crate) fn receiver(&self, name: &str, resources: &Value) -> Vec<Call> {
        let secret = json!({"metadata": {"name": name}, "stringData": {"token": TOKEN}});
        let receiver = json!({
            "apiVersion": "notification.toolkit.fluxcd.io/v1",
            "kind": "Receiver",
            "metadata": {"name": name},
            "spec": {
                "type": "github", "events": ["ping", "push"], "secretRef": {"name": name},
                "resources": resources,
            },
        });
        vec![
            Call::create(&self.secrets(), secret),
            Call::create(&self.receivers(), receiver),
        ]
    }

    pub(crate) fn repository(&self, name: &str, labels: &Value) -> Vec<Call> {
        let repository = json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": {"name": name, "labels": labels},
            "spec": {"url": format!("https://example.org/{name}.git"), "interval": "1h"},
        });
        vec![Call::create(&self.repositories(), repository)]
    }

    /// The annotation of one object, set as a receiver sets it.
    pub(crate) fn patch(&self, repository: &str, value: &str) -> Call {
        let patch = json!({"metadata": {"annotations": {REQUESTED_AT: value}}});
        Call::merge_patch(&format!("{}/{repository}", self.repositories()), patch)
    }

    /// When a GitRepository was last asked to reconcile.
    pub(crate) async fn requested_at(&self, repository: &str) -> Option<String> {
        let path = format!("{}/{repository}", self.repositories());
        let object = self.api.get(&path).await;
        let annotation = object["metadata"]["annotations"][REQUESTED_AT].as_str();
        annotation.map(ToOwned::to_owned)
    }

    /// The webhook path of a Receiver.
    pub(crate) fn path(&self, receiver: &str) -> String {
        let id = ReceiverId::new(&self.name, receiver);
        webhook_path(&id, &SecretBytes::new(TOKEN.as_bytes().to_vec()))
    }

    /// Waits until so many Receivers have been Ready.
    pub(crate) async fn until_ready(&self, mut watch: Watch, count: usize) {
        let mut ready = HashSet::new();
        while ready.len() < count {
            let object: Object = watch.next().await;
            let is_ready =
                |condition: &Condition| condition.r#type == "Ready" && condition.status == "True";
            if object.status.conditions.iter().any(is_ready) {
                ready.insert(object.metadata.name);
            }
        }
    }

    /// Removes everything, while nobody serves it: Flux's controller leaves a finaliser.
    pub(crate) async fn clear(&self) {
        let none = json!({"metadata": {"finalizers": null}});
        let mut lanes = Vec::new();
        for path in [self.receivers(), self.repositories(), self.secrets()] {
            let objects = self.api.get(&path).await;
            let objects = objects["items"].as_array().into_iter().flatten();
            lanes.extend(objects.map(|object| {
                let name = object["metadata"]["name"].as_str().expect("a name");
                let path = format!("{path}/{name}");
                let held = object["metadata"]["finalizers"].is_array();
                let release = held.then(|| Call::merge_patch(&path, none.clone()));
                release.into_iter().chain([Call::delete(&path)]).collect()
            }));
        }
        self.api.all(lanes).await;
    }
}

/// The annotations of all GitRepositories of a namespace, followed.
pub(crate) struct Annotations {
    watch: Watch,
    values: HashMap<String, String>,
    count: usize,
}

impl Annotations {
    pub(crate) async fn of(namespace: &Namespace, count: usize) -> Self {
        Self {
            watch: namespace.api.watch(&namespace.repositories()).await,
            values: HashMap::new(),
            count,
        }
    }

    /// Waits until each has another value than the last time, or one at all.
    pub(crate) async fn until_all_differ(&mut self) {
        let mut now: HashMap<String, String> = HashMap::with_capacity(self.count);
        while now.len() < self.count {
            let mut object: Object = self.watch.next().await;
            let Some(value) = object.metadata.annotations.remove(REQUESTED_AT) else {
                continue;
            };
            if self.values.get(&object.metadata.name) != Some(&value) {
                now.insert(object.metadata.name, value);
            }
        }
        self.values = now;
    }
}
