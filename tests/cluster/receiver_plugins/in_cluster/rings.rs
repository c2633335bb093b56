//! A Receiver that notifies a ReceiverPlugin, so that a push to the registry updates it.

use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::request;
use serde_json::json;

use super::{PluginWorld, publisher};
use crate::receiver_plugins::world::{IGNORED, NOTIFIED, signed, tagged};
use crate::receiver_plugins::{accepting, ignoring};

const ALLOWED: [&str; 2] = ["--allow-target", "bellpull.dev/ReceiverPlugin"];

fn ring(world: &PluginWorld) {
    let spec = json!({
        "type": "generic",
        "secretRef": {"name": "token"},
        "resources": [
            {"apiVersion": "bellpull.dev/v1alpha1", "kind": "ReceiverPlugin", "name": "acme"},
        ],
    });
    world.world.receiver("ring", &spec.to_string());
}

#[test]
fn a_receiver_rings_a_plugin() {
    let (author, signer) = publisher("rings");
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("rings");
    world.world.kubectl.apply(RIGHT);
    world.receives();
    ring(&world);
    world.declares("acme", &tagged(&author, &signer, "1"));
    let served = world.serve(&ALLOWED);
    world.until_delivers(&served, NOTIFIED);
    signed(&author, &signer, "1", &ignoring("1.0.1"));
    let target = world.world.path("ring", TOKEN);
    served.until("ringing", || {
        request(served.receiver, "POST", &target, &[], b"{}").0 < 300
    });
    world.until_delivers(&served, IGNORED);
    let plugin = world.until("acme", "handled", |plugin| {
        plugin["status"]["lastHandledReconcileAt"].is_string()
    });
    let requested = &plugin["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"];
    assert_eq!(*requested, plugin["status"]["lastHandledReconcileAt"]);
}

/// What the manifests tell to grant where Receivers notify ReceiverPlugins.
const RIGHT: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: bellpull-rings-plugins}
rules: [{apiGroups: [bellpull.dev], resources: [receiverplugins], verbs: [patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bellpull-rings-plugins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: bellpull-rings-plugins}
subjects: [{kind: ServiceAccount, name: bellpull, namespace: flux-system}]
";

#[test]
fn a_plugin_is_rung_only_where_the_operator_allows_it() {
    let world = PluginWorld::new("no-rings");
    ring(&world);
    let (author, signer) = publisher("no-rings");
    world.declares("acme", &tagged(&author, &signer, "1"));
    for (flags, part) in [
        (&[][..], "--allow-target"),
        (
            &[&ALLOWED[..], &["--no-cross-namespace-refs"]].concat(),
            "it is in no namespace, and references to other namespaces are not allowed",
        ),
    ] {
        let served = world.serve(flags);
        let target = world.world.path("ring", TOKEN);
        served.until("refusing", || {
            let (status, _) = request(served.receiver, "POST", &target, &[], b"{}");
            status != 404 && served.stderr().contains(part)
        });
        let plugin = world.until("acme", "there", |_| true);
        let annotations = &plugin["metadata"]["annotations"];
        let requested = &annotations["reconcile.fluxcd.io/requestedAt"];
        assert!(requested.is_null(), "{part}: {plugin}");
    }
}
