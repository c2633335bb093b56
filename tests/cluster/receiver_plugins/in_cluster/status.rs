//! What the definition refuses, and what status tells.

use bellpull_tests::cluster::artefacts::Signer;
use serde_json::{Value, json};

use super::{PluginWorld, manifest, publisher};
use crate::receiver_plugins::accepting;
use crate::receiver_plugins::world::{CLOSED, NOTIFIED, but, signed, tagged};
use crate::world::condition;

/// What is wrong with a spec that is right otherwise, and what the API server says of it. The last one is right.
fn wrong_members() -> Vec<(Value, &'static str)> {
    let url = "oci://ghcr.io/acme/acme";
    let oci = |members: Value| json!({"source": {"oci": members}});
    let map = json!({"name": "acme", "key": "acme.wasm"});
    let both = json!({"source": {"oci": {"url": url, "tag": "1"}, "configMap": map}});
    let one_of = "source.oci needs one of tag, semver and digest";
    let digest = format!("sha256:{}", "0".repeat(64));
    vec![
        (json!({"verify": null}), "verify or digest is required"),
        (
            json!({"source": {}}),
            "source needs oci or configMap, and not both",
        ),
        (both, "source needs oci or configMap, and not both"),
        (oci(json!({"url": url})), one_of),
        (
            oci(json!({"url": url, "tag": "1", "semver": ">=1"})),
            one_of,
        ),
        (
            oci(json!({"url": "ghcr.io/acme", "tag": "1"})),
            "spec.source.oci.url",
        ),
        (json!({"digest": "sha256:12"}), "spec.digest"),
        (json!({"providers": []}), "spec.providers"),
        (json!({"providers": ["Acme"]}), "spec.providers"),
        (
            json!({"provider": ["acme"]}),
            "field not declared in schema",
        ),
        (json!({"limits": {"memory": "much"}}), "spec.limits.memory"),
        (json!({"digest": digest, "verify": null}), ""),
    ]
}

#[test]
fn the_definition_refuses_what_is_wrong() {
    let right = json!({
        "source": {"oci": {"url": "oci://ghcr.io/acme/acme", "tag": "1"}},
        "verify": {"keys": [{"name": "release", "pem": "a key"}]},
        "providers": ["acme"],
    });
    let world = PluginWorld::new("definition");
    for (members, expected) in wrong_members() {
        let manifest = manifest("wrong", &but(right.clone(), members));
        let apply = ["apply", "--server-side", "--dry-run=server", "-f", "-"];
        let output = world.world.kubectl.feed(&apply, &manifest);
        let told = String::from_utf8_lossy(&output.stderr);
        let is_right = output.status.success();
        assert_eq!(is_right, expected.is_empty(), "{manifest}: {told}");
        assert!(
            told.contains(expected),
            "{manifest}: {expected:?} is not in {told}"
        );
    }
}

#[test]
fn status_tells_what_serves() {
    let (author, signer) = publisher("status");
    let artefact = signed(&author, &signer, "1.4.2", &accepting("1.4.2"));
    let world = PluginWorld::new("status");
    world.receives();
    world.declares("acme", &tagged(&author, &signer, "1.4.2"));
    let served = world.serve(&[]);
    world.until_delivers(&served, NOTIFIED);
    let receiver = format!("{}/mine", world.world.namespace);
    let plugin = world.until("acme", "in use", |plugin| {
        plugin["status"]["inUseBy"]["receivers"] == json!([receiver])
    });
    let status = &plugin["status"];
    let revision = format!("1.4.2@{}", artefact.digest);
    for (pointer, expected) in [
        ("/observedGeneration", json!(1)),
        ("/artifact/digest", json!(artefact.digest)),
        ("/artifact/revision", json!(revision)),
        ("/artifact/version", json!("1.4.2")),
        ("/artifact/size", json!(accepting("1.4.2").len())),
        ("/history/0/digest", json!(artefact.digest)),
        ("/verifiedBy", json!(["release"])),
        ("/contract", json!("0.1.0")),
        ("/providers", json!(["acme"])),
        ("/capabilities", json!({"asked": [], "granted": []})),
        ("/inUseBy/count", json!(1)),
    ] {
        assert_eq!(
            status.pointer(pointer),
            Some(&expected),
            "{pointer} of {status}"
        );
    }
    let expected = format!("{revision} serves");
    assert_eq!(
        condition(&plugin, "Ready"),
        Some(("True", "Succeeded", &*expected))
    );
    for absent in ["Reconciling", "Stalled"] {
        assert_eq!(condition(&plugin, absent), None, "{absent}");
    }
}

#[test]
fn what_only_its_author_can_mend_is_stalled() {
    let (author, signer) = publisher("stalled");
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("stalled");
    let right = tagged(&author, &signer, "1");
    world.declares("acme", &but(right.clone(), json!({"verify": {}})));
    let served = world.serve(&[]);
    let plugin = world.until_ready("acme", "False", "ValidationFailed");
    let stalled = condition(&plugin, "Stalled").unwrap_or_default();
    assert_eq!(
        stalled,
        (
            "True",
            "ValidationFailed",
            "verify needs keys or identities"
        )
    );
    world.annotate("acme", "reconcile.fluxcd.io/requestedAt=now");
    world.until("acme", "handled", |plugin| {
        plugin["status"]["lastHandledReconcileAt"] == "now"
    });
    world.declares("acme", &right);
    let plugin = world.until_ready("acme", "True", "Succeeded");
    assert_eq!(condition(&plugin, "Stalled"), None, "{}", served.stderr());
}

#[test]
fn a_request_has_the_registry_asked_again() {
    let (author, signer) = publisher("requested");
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("requested");
    world.declares("acme", &tagged(&author, &signer, "1"));
    let _served = world.serve(&[]);
    world.until_ready("acme", "True", "Succeeded");
    world.declares("acme", &tagged(&author, &signer, "2"));
    let plugin = world.until_ready("acme", "False", "PullFailed");
    let (_, _, message) = condition(&plugin, "Ready").unwrap();
    assert!(message.contains(":2 is not in the registry"), "{message}");
    assert!(message.ends_with("serves on"), "{message}");
    let reconciling = condition(&plugin, "Reconciling").unwrap_or_default();
    assert_eq!(
        (reconciling.0, reconciling.1),
        ("True", "ProgressingWithRetry")
    );

    signed(&author, &signer, "2", &accepting("2.0.0"));
    world.annotate(
        "acme",
        "reconcile.fluxcd.io/requestedAt=2026-01-01T00:00:00Z",
    );
    let plugin = world.until_ready("acme", "True", "Succeeded");
    assert_eq!(plugin["status"]["artifact"]["version"], "2.0.0");
    world.until("acme", "handled", |plugin| {
        plugin["status"]["lastHandledReconcileAt"] == "2026-01-01T00:00:00Z"
    });
}

#[test]
fn a_key_in_a_secret_counts_while_it_is_there() {
    let (author, signer) = publisher("secret");
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("secret");
    world.receives();
    let keys = json!([{"name": "release", "secretRef": {"name": "release-key"}}]);
    let spec = but(
        tagged(&author, &signer, "1"),
        json!({"verify": {"keys": keys}}),
    );
    world.declares("acme", &spec);
    let served = world.serve(&[]);
    world.until_ready("acme", "False", "ReferenceNotFound");
    let secret = |pem: &str| {
        let secret = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "release-key", "namespace": "flux-system"},
            "stringData": {"cosign.pub": pem},
        });
        world.world.kubectl.apply(&secret.to_string());
    };
    secret(&signer.public);
    world.until_ready("acme", "True", "Succeeded");
    world.until_delivers(&served, NOTIFIED);
    secret(&Signer::new().public);
    world.until_delivers(&served, CLOSED);
    world.until_ready("acme", "False", "VerificationFailed");
    secret(&signer.public);
    world.until_ready("acme", "True", "Succeeded");
    world.until_delivers(&served, NOTIFIED);
    world
        .world
        .kubectl
        .ok(&["delete", "secret", "release-key", "-n", "flux-system"]);
    world.until_delivers(&served, CLOSED);
    world.until_ready("acme", "False", "ReferenceNotFound");
}
