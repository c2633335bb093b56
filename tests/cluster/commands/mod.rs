//! Commands that read a cluster with the rights of whoever runs them.

mod access;
mod connect;
mod deliveries;
mod filter;
mod pods;
mod receivers;
mod send;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::kubelet::{Forwarding, Kubelet};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request, run, said};
use serde_json::Value;

use super::world::World;

/// A GitHub Receiver that notifies the GitRepository `app`.
const SPEC: &str = "{type: github, events: [push], secretRef: {name: token}, \
                    resources: [{kind: GitRepository, name: app}]}";

/// The end of a command: exit code, stdout and stderr.
type Said = (Option<i32>, String, String);

/// Runs a command in the world's namespace as an identity.
fn command(world: &World<'_>, identity: Identity, arguments: &[&str]) -> Said {
    let kubeconfig = world.plane.kubeconfig_of(identity);
    let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
    let place = ["--kubeconfig", kubeconfig, "--namespace", &world.namespace];
    said(&run(&[arguments, &place].concat()))
}

/// Both streams of a command that has ended with this code.
#[track_caller]
fn ended((code, stdout, stderr): Said, expected: i32) -> String {
    assert_eq!(code, Some(expected), "{stdout}{stderr}");
    stdout + &stderr
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

/// The recorded delivery of a push to GitHub.
fn push_case() -> String {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/github/push-branch");
    case.to_str().expect("a path in UTF-8").to_owned()
}

/// Delivers a push to the Receiver `app`: the id of the delivery.
fn deliver(world: &World<'_>, served: &Served) -> String {
    let (headers, body) = push(TOKEN);
    let path = world.path("app", TOKEN);
    let (status, answer) = request(served.receiver, "POST", &path, &headers, &body);
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    answer["delivery"].as_str().expect("an id").to_owned()
}

/// The ports of a server as its container would have them.
fn forwarded(served: &Served) -> Forwarding {
    let ports: HashMap<u16, SocketAddr> = [(9292, served.receiver), (9441, served.admin())].into();
    Forwarding::To(ports)
}

/// A node for one world alone, with pods as the manifests define them.
struct Node<'a> {
    world: &'a World<'static>,
    kubelet: Kubelet,
    template: Value,
}

impl<'a> Node<'a> {
    fn of(world: &'a World<'static>) -> Self {
        let manifest = "../examples/kubernetes/base/deployment.yaml";
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
        let text = std::fs::read_to_string(manifest).expect("a manifest");
        let deployment: Value = serde_saphyr::from_str(&text).expect("YAML");
        Self {
            world,
            kubelet: Kubelet::start(world.plane, &world.namespace).expect("a kubelet"),
            template: deployment["spec"]["template"].clone(),
        }
    }

    /// Runs a pod in the world's namespace.
    fn runs(&self, name: &str, forwarding: Forwarding, ready: bool) {
        let World {
            plane, namespace, ..
        } = self.world;
        let pod = (namespace.as_str(), name);
        self.kubelet
            .run(plane, &self.template, pod, (forwarding, ready));
    }
}
