//! `examples/kubernetes`: what is written there, and what an API server makes of it.

mod applied;
mod chart;
mod flux;
mod monitoring;
mod written;

use std::fs;
use std::path::{Path, PathBuf};

use bellpull_tests::cluster::{ControlPlane, Kubectl};
use serde_json::Value;

/// Every folder with a `kustomization.yaml`.
const KUSTOMIZATIONS: [&str; 14] = [
    "base",
    "egress",
    "exposure/gateway",
    "exposure/ingress",
    "exposure/ingress-passthrough",
    "exposure/load-balancer",
    "exposure/load-balancer-tls",
    "monitoring",
    "multi-tenant",
    "operators",
    "receivers",
    "standalone",
    "tls",
    "with-flux",
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/kubernetes")
        .join(name)
}

fn read(file: &str) -> String {
    fs::read_to_string(folder(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn kubectl() -> Kubectl {
    ControlPlane::shared().kubectl()
}

/// The objects that `kubectl kustomize` builds from a folder.
fn built_in(folder: &Path) -> Vec<Value> {
    let folder = folder.to_str().expect("a path in UTF-8");
    let text = kubectl().ok(&["kustomize", folder]);
    serde_saphyr::from_multiple(&text).expect("YAML")
}

fn built(name: &str) -> Vec<Value> {
    built_in(&folder(name))
}

/// The objects of one kind.
fn of_kind<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| object["kind"] == kind)
}

fn deployment(objects: &[Value]) -> &Value {
    let mut deployments = of_kind(objects, "Deployment");
    let deployment = deployments.next().expect("a Deployment");
    assert!(deployments.next().is_none(), "one Deployment");
    deployment
}

fn container(objects: &[Value]) -> &Value {
    &deployment(objects)["spec"]["template"]["spec"]["containers"][0]
}

fn strings(value: &Value) -> Vec<&str> {
    let items = value.as_array().into_iter().flatten();
    items.map(|item| item.as_str().expect("text")).collect()
}
