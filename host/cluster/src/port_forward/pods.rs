use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, Pod};
use kube::Api;
use kube::api::ListParams;

use super::PodError;
use crate::{ClusterClients, api_error};

/// The labels that the manifests give the pods of Bellpull.
const LABELS: &str = "app.kubernetes.io/name=bellpull,app.kubernetes.io/component=webhook-receiver";

/// Which pods are Bellpull's.
#[derive(Clone, Debug)]
pub struct PodSelector {
    namespace: String,
    /// A label selector as `kubectl -l` takes it.
    labels: String,
}

/// A pod of Bellpull that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingPod {
    pub namespace: String,
    pub name: String,
    /// Whether its condition `Ready` is true.
    pub ready: bool,
    /// The ports that its containers name.
    ports: BTreeMap<String, u16>,
}

impl PodSelector {
    /// The pods of this namespace with the labels of the manifests.
    #[must_use]
    pub fn in_namespace(namespace: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            labels: LABELS.to_owned(),
        }
    }

    /// Every running pod, sorted by name. One that is being deleted does not count.
    ///
    /// # Errors
    /// When pods cannot be listed, or there is none.
    pub async fn list(&self, clients: &ClusterClients) -> Result<Vec<ServingPod>, PodError> {
        let api: Api<Pod> = Api::namespaced(clients.calling.clone(), &self.namespace);
        let listed = api.list(&ListParams::default().labels(&self.labels)).await;
        let listed = listed.map_err(|error| PodError::List(api_error::describe(&error)))?;
        let running = listed.items.into_iter().filter_map(ServingPod::of);
        let mut pods: Vec<ServingPod> = running.collect();
        pods.sort_by(|one, other| one.name.cmp(&other.name));
        if pods.is_empty() {
            return Err(PodError::None {
                namespace: self.namespace.clone(),
                labels: self.labels.clone(),
            });
        }
        Ok(pods)
    }

    /// A pod that is Ready: the first one by name.
    ///
    /// # Errors
    /// As [`list`](Self::list), and when none is Ready.
    pub async fn ready(&self, clients: &ClusterClients) -> Result<ServingPod, PodError> {
        let pods = self.list(clients).await?;
        let names: Vec<&str> = pods.iter().map(|pod| pod.name.as_str()).collect();
        let none = PodError::NotReady {
            namespace: self.namespace.clone(),
            pods: names.join(", "),
        };
        pods.into_iter().find(|pod| pod.ready).ok_or(none)
    }
}

impl ServingPod {
    /// The pod, if it runs and stays.
    fn of(pod: Pod) -> Option<Self> {
        let status = pod.status?;
        if status.phase.as_deref() != Some("Running") || pod.metadata.deletion_timestamp.is_some() {
            return None;
        }
        let mut conditions = status.conditions.unwrap_or_default().into_iter();
        let spec = pod.spec.unwrap_or_default();
        let sidecars = spec.init_containers.unwrap_or_default();
        Some(Self {
            namespace: pod.metadata.namespace.unwrap_or_default(),
            name: pod.metadata.name?,
            ready: conditions.any(|one| one.type_ == "Ready" && one.status == "True"),
            ports: sidecars
                .into_iter()
                .chain(spec.containers)
                .flat_map(ports)
                .collect(),
        })
    }

    /// The number of the port that a container names so.
    ///
    /// # Errors
    /// When no container does.
    pub fn port(&self, name: &str) -> Result<u16, PodError> {
        self.ports.get(name).copied().ok_or_else(|| {
            let known: Vec<&str> = self.ports.keys().map(String::as_str).collect();
            PodError::NoPort {
                pod: self.name.clone(),
                port: name.to_owned(),
                known: if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                },
            }
        })
    }
}

fn ports(container: Container) -> impl Iterator<Item = (String, u16)> {
    let ports = container.ports.unwrap_or_default().into_iter();
    ports.filter_map(|port| Some((port.name?, u16::try_from(port.container_port).ok()?)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(phase: &str, ready: &str, deleted: bool) -> Pod {
        let mut metadata = json!({"name": "bellpull-1", "namespace": "flux-system"});
        if deleted {
            metadata["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        }
        serde_json::from_value(json!({
            "metadata": metadata,
            "spec": {"containers": [
                {"name": "mesh", "ports": [{"containerPort": 15090}]},
                {"name": "bellpull", "ports": [{"name": "http-webhook", "containerPort": 9292}]},
            ]},
            "status": {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]},
        }))
        .expect("a pod")
    }

    #[test]
    fn a_pod_counts_while_it_runs_and_stays() {
        let cases = [
            (pod("Running", "True", false), Some(true)),
            (pod("Running", "False", false), Some(false)),
            (pod("Running", "True", true), None),
            (pod("Pending", "False", false), None),
            (pod("Succeeded", "False", false), None),
            (Pod::default(), None),
        ];
        for (pod, ready) in cases {
            let shown = format!("{:?}", pod.status);
            assert_eq!(ServingPod::of(pod).map(|pod| pod.ready), ready, "{shown}");
        }
    }

    #[test]
    fn a_port_is_found_by_its_name_in_any_container() {
        let pod = ServingPod::of(pod("Running", "True", false)).expect("it runs");
        assert_eq!(pod.port("http-webhook").ok(), Some(9292));
        let absent = pod.port("http-admin").expect_err("no container names it");
        let text = r#"pod bellpull-1 names no port "http-admin"; it names: http-webhook"#;
        assert_eq!(absent.to_string(), text);
    }
}
