//! What the cache has serves while the registry is down, as far as the present rules trust it.

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::manifests::secret;
use serde_json::{Value, json};

use super::accepting;
use super::world::{
    CLOSED, FolderWorld, NOTIFIED, but, delivers, signed, state, tagged, until_delivers,
    until_problem,
};

/// A world in which a process has served `acme`, whose registry is down now.
fn served_before(
    spec: impl FnOnce(Value) -> Value,
    signer: &Signer,
) -> (FolderWorld, Value, String) {
    let registry = Registry::start().expect("a registry");
    let author = Author::new(&registry, "restart/acme");
    signed(&author, signer, "1", &accepting("1.0.0"));
    let world = FolderWorld::new();
    let spec = spec(tagged(&author, signer, "1"));
    world.declares("acme", &spec);
    let host = registry.host();
    world.put("key", &keys(signer));
    let served = world.serve(&["--plain-http", &host]);
    delivers(&served, "mine", NOTIFIED);
    (world, spec, host)
}

/// The Secret of this signer's key.
fn keys(signer: &Signer) -> String {
    let manifest = secret("key", &json!({"cosign.pub": signer.public}).to_string());
    manifest.replace("{name: key}", "{name: key, namespace: flux-system}")
}

#[test]
fn what_was_served_serves_over_a_restart_without_its_registry() {
    let (world, _, host) = served_before(|spec| spec, &Signer::new());
    let served = world.serve(&["--plain-http", &host]);
    delivers(&served, "mine", NOTIFIED);
    until_problem(&served, "acme", "PullFailed", &host);
    let told = state(&served, "acme");
    assert_eq!(told["state"], "outdated", "{told}");
    assert_eq!(told["verifiedBy"], json!(["release"]), "{told}");
}

#[test]
fn a_key_that_is_removed_closes_the_plugin_until_it_is_back() {
    let (signer, stranger) = (Signer::new(), Signer::new());
    let by_secret =
        json!({"verify": {"keys": [{"name": "release", "secretRef": {"name": "key"}}]}});
    let (world, spec, host) = served_before(|spec| but(spec, by_secret), &signer);
    let served = world.serve(&["--plain-http", &host]);
    delivers(&served, "mine", NOTIFIED);

    world.put("key", &keys(&stranger));
    until_delivers(&served, "mine", CLOSED);
    until_problem(&served, "acme", "VerificationFailed", "is not trusted");
    world.put("key", &keys(&signer));
    until_delivers(&served, "mine", NOTIFIED);

    let another = json!({"verify": {"keys": [{"name": "another", "pem": stranger.public}]}});
    world.declares("acme", &but(spec.clone(), another));
    until_delivers(&served, "mine", CLOSED);
    until_problem(&served, "acme", "VerificationFailed", "is not trusted");
    drop(served);
    let served = world.serve(&["--plain-http", &host]);
    delivers(&served, "mine", CLOSED);
    until_problem(&served, "acme", "VerificationFailed", "is not trusted");
    world.declares("acme", &spec);
    until_delivers(&served, "mine", NOTIFIED);
}
