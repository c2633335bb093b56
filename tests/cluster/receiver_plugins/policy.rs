//! `--plugin-policy`: what whoever runs Bellpull demands, whatever an object says.

use std::fs;
use std::path::Path;

use bellpull_engine::Digest;
use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::hostile;
use bellpull_tests::manifests::receiver;
use serde_json::{Value, json};

use super::config_map::{config_map, from_config_map};
use super::world::{
    CLOSED, FolderWorld, NOTIFIED, but, delivers, problem, signed, state, tagged, until_problem,
};
use super::{accepting, ignoring};

/// Writes a policy, and returns the flag that names it.
fn policy(folder: &Path, policy: &Value) -> [String; 2] {
    let file = folder.join("policy.yaml");
    fs::write(&file, policy.to_string()).unwrap();
    ["--plugin-policy".to_owned(), file.display().to_string()]
}

fn keys(signer: &Signer) -> Value {
    json!({"keys": [{"name": "operator", "pem": signer.public}]})
}

/// Serves an object under a policy: it serves, or not for a reason with a part of the message.
#[track_caller]
fn held_to(floor: &Value, spec: &Value, expected: Option<(&str, &str)>) {
    let (world, folder) = (FolderWorld::new(), tempfile::tempdir().unwrap());
    world.declares("acme", spec);
    let [flag, file] = policy(folder.path(), floor);
    let served = world.serve(&[&flag, &file]);
    match expected {
        Some((reason, part)) => {
            until_problem(&served, "acme", reason, part);
            delivers(&served, "mine", CLOSED);
        }
        None => {
            let told = state(&served, "acme");
            assert_eq!(problem(&served, "acme"), None, "{floor}");
            assert_eq!(told["state"], "serving", "{floor}: {told}");
        }
    }
}

#[test]
fn an_artefact_comes_from_where_the_policy_lets_it() {
    let (author, signer) = (
        Author::new(Registry::shared(), "policy/acme"),
        Signer::new(),
    );
    let artefact = signed(&author, &signer, "1", &accepting("1.0.0"));
    let host = Registry::shared().host();
    let spec = tagged(&author, &signer, "1");
    let named = but(spec.clone(), json!({"digest": artefact.digest}));
    let registries = |prefix: String| json!({"registries": [prefix]});
    let elsewhere = Some((
        "PolicyDenied",
        "/policy/acme is below none of its registries",
    ));
    let unnamed = Some(("PolicyDenied", "it requires a digest"));
    for (floor, spec, expected) in [
        (registries("ghcr.io".to_owned()), &spec, elsewhere),
        (registries(format!("{host}/pol")), &spec, elsewhere),
        (registries(format!("{host}/policy")), &spec, None),
        (json!({"requireDigest": true}), &spec, unnamed),
        (json!({"requireDigest": true}), &named, None),
    ] {
        held_to(&floor, spec, expected);
    }
}

#[test]
fn the_signers_of_the_policy_have_signed_beside_those_of_the_object() {
    let author = Author::new(Registry::shared(), "policy/signers");
    let (signer, operator) = (Signer::new(), Signer::new());
    let artefact = signed(&author, &signer, "1", &accepting("1.0.0"));
    operator.sign(&signed(&author, &signer, "2", &accepting("1.0.1")));
    let floor = json!({"verify": keys(&operator)});
    let by_digest = json!({"verify": null, "digest": artefact.digest});
    let refused = Some(("VerificationFailed", "a signature is of none of the keys"));
    for (spec, expected) in [
        (tagged(&author, &signer, "1"), refused),
        (but(tagged(&author, &signer, "1"), by_digest), refused),
        (tagged(&author, &operator, "1"), refused),
        (tagged(&author, &signer, "2"), None),
    ] {
        held_to(&floor, &spec, expected);
    }
}

#[test]
fn no_object_grants_more_than_the_policy() {
    let (author, signer) = (
        Author::new(Registry::shared(), "policy/grants"),
        Signer::new(),
    );
    let jwt = "(import \"bellpull:provider/jwt@0.1.0\" \"verify\"
        (func $verify (param i32 i32 i32 i32 i32)))";
    signed(&author, &signer, "1", &hostile::component("acme", jwt));
    let spec = but(
        tagged(&author, &signer, "1"),
        json!({"grants": {"jwt": true}}),
    );
    let denied = Some(("PolicyDenied", "it does not let jwt be granted"));
    for (grants, expected) in [(json!({}), denied), (json!({"jwt": true}), None)] {
        held_to(&json!({"grants": grants}), &spec, expected);
    }
}

#[test]
fn what_has_no_signature_serves_only_if_the_policy_lists_it() {
    let (listed, other) = (accepting("1.0.0"), ignoring("1.0.1"));
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    fs::create_dir(&plugins).unwrap();
    let file = hostile::component("filed", "");
    fs::write(plugins.join("filed.wasm"), &file).unwrap();
    let plugins = plugins.to_str().unwrap();
    let digests = |components: &[&[u8]]| -> Vec<String> {
        let digests = components.iter().map(|wasm| Digest::of(wasm).to_string());
        digests.collect()
    };
    let world = FolderWorld::new();
    world.receives("filed", "filed");
    world.put("component", &config_map(&listed));
    world.declares("acme", &from_config_map(&listed));

    let floor = json!({"unsigned": digests(&[&listed, &file])});
    let [flag, named] = policy(folder.path(), &floor);
    let served = world.serve(&[&flag, &named, "--plugins", plugins]);
    delivers(&served, "mine", NOTIFIED);
    delivers(&served, "filed", NOTIFIED);
    drop(served);

    // What the cache holds of both is held to it too.
    let floor = json!({"unsigned": digests(&[&other])});
    let [flag, named] = policy(folder.path(), &floor);
    let served = world.serve(&[&flag, &named, "--plugins", plugins]);
    until_problem(
        &served,
        "acme",
        "PolicyDenied",
        "is from a ConfigMap, has no signature",
    );
    delivers(&served, "mine", CLOSED);
    delivers(&served, "filed", CLOSED);
    let page = served.plugins();
    assert!(page.contains("is not among its unsigned"), "{page}");
}

#[test]
fn overrides_and_namespaces_are_lowered_to_the_policy() {
    let (author, signer) = (
        Author::new(Registry::shared(), "policy/names"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &hostile::component("github", ""));
    signed(&author, &signer, "2", &accepting("1.0.0"));
    let folder = tempfile::tempdir().unwrap();
    let world = FolderWorld::new();
    let overriding = json!({"providers": ["github"], "override": true});
    world.declares("hub", &but(tagged(&author, &signer, "1"), overriding));
    let everywhere = json!({"allowedNamespaces": {"names": ["default", "team"]}});
    world.declares("acme", &but(tagged(&author, &signer, "2"), everywhere));
    world.receives("hub", "github");
    let team = "theirs, namespace: team";
    world.put(
        "theirs",
        &receiver(
            team,
            "{type: acme, secretRef: {name: token}, resources: []}",
        ),
    );
    let floor = json!({"overrides": ["gitlab"], "namespaces": ["team"]});
    let [flag, file] = policy(folder.path(), &floor);
    let served = world.serve(&[&flag, &file]);
    delivers(&served, "hub", (401, "unauthenticated"));
    assert_eq!(state(&served, "hub")["state"], "shadowed");
    delivers(&served, "mine", CLOSED);
    served.until_log("\"ProviderNotAllowed\"");
    let log = served.stderr();
    let refused = log.lines().find(|line| line.contains("ProviderNotAllowed"));
    let refused = refused.unwrap_or_default();
    assert!(
        refused.contains("default/mine") && !refused.contains("team"),
        "{refused}"
    );
}

#[test]
fn what_the_cache_holds_and_a_rollback_are_held_to_the_policy() {
    let author = Author::new(Registry::shared(), "policy/cache");
    let (signer, operator) = (Signer::new(), Signer::new());
    let old = signed(&author, &signer, "1", &ignoring("1.0.0"));
    let new = signed(&author, &signer, "2", &accepting("2.0.0"));
    operator.sign(&new);
    let folder = tempfile::tempdir().unwrap();
    let world = FolderWorld::new();
    for tag in ["1", "2"] {
        world.declares("acme", &tagged(&author, &signer, tag));
        let served = world.serve(&[]);
        assert_eq!(state(&served, "acme")["state"], "serving");
    }
    let [flag, file] = policy(folder.path(), &json!({"verify": keys(&operator)}));
    let served = world.serve(&[&flag, &file]);
    delivers(&served, "mine", NOTIFIED);
    let rollback = json!({"bellpull.dev/rollback-to": old.digest});
    world.declares_with("acme", &rollback, &tagged(&author, &signer, "2"));
    until_problem(&served, "acme", "VerificationFailed", &old.digest);
    delivers(&served, "mine", NOTIFIED);
}
