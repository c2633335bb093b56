//! Which version serves as the registry changes.

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use serde_json::json;

use super::world::{
    CLOSED, FolderWorld, IGNORED, NOTIFIED, but, deliver, delivers, signed, state, tagged,
    until_delivers, until_problem,
};
use super::{accepting, ignoring};

#[test]
fn the_newest_version_of_a_range_takes_over_at_the_interval() {
    let (author, signer) = (
        Author::new(Registry::shared(), "versions/range"),
        Signer::new(),
    );
    for tag in ["1.3.9", "2.0.0", "latest"] {
        signed(&author, &signer, tag, &accepting("1.0.0"));
    }
    signed(&author, &signer, "1.4.2", &accepting("1.4.2"));
    let world = FolderWorld::new();
    let source = json!({
        "url": author.url(), "semver": ">=1.4 <2", "insecure": true, "interval": "10s",
    });
    let spec = but(
        tagged(&author, &signer, "-"),
        json!({"source": {"oci": source}}),
    );
    world.declares("acme", &spec);
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    assert_eq!(state(&served, "acme")["version"], "1.4.2");
    signed(&author, &signer, "1.10.0", &ignoring("1.9.9"));
    until_delivers(&served, "mine", IGNORED);
    assert_eq!(state(&served, "acme")["version"], "1.9.9");
}

#[test]
fn a_ring_has_the_registry_asked_again() {
    let (author, signer) = (
        Author::new(Registry::shared(), "versions/ring"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = FolderWorld::new();
    world.declares("acme", &tagged(&author, &signer, "1"));
    world.rings("ring", "acme");
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    signed(&author, &signer, "1", &ignoring("1.0.1"));
    served.until("ringing", || deliver(&served, "ring").0 < 300);
    until_delivers(&served, "mine", IGNORED);
}

#[test]
fn a_tag_lowers_the_version_only_by_rollback() {
    let (author, signer) = (
        Author::new(Registry::shared(), "versions/lower"),
        Signer::new(),
    );
    let old = signed(&author, &signer, "1", &ignoring("1.0.0"));
    signed(&author, &signer, "1", &accepting("2.0.0"));
    let world = FolderWorld::new();
    let spec = tagged(&author, &signer, "1");
    world.declares("acme", &spec);
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);

    signed(&author, &signer, "1", &ignoring("1.0.0"));
    world.declares(
        "acme",
        &but(spec.clone(), json!({"limits": {"time": "200ms"}})),
    );
    until_problem(
        &served,
        "acme",
        "VersionLowered",
        "version 1.0.0, which is below 2.0.0",
    );
    delivers(&served, "mine", NOTIFIED);
    signed(&author, &signer, "1", &ignoring("trunk"));
    world.declares(
        "acme",
        &but(spec.clone(), json!({"limits": {"time": "100ms"}})),
    );
    until_problem(
        &served,
        "acme",
        "VersionLowered",
        "a component without a version to compare with 2.0.0",
    );
    delivers(&served, "mine", NOTIFIED);

    let rollback = json!({"bellpull.dev/rollback-to": old.digest});
    world.declares_with("acme", &rollback, &spec);
    until_delivers(&served, "mine", IGNORED);
    assert_eq!(state(&served, "acme")["version"], "1.0.0");
}

#[test]
fn a_suspended_object_follows_no_tag_and_trusts_no_more_than_it_says() {
    let (author, signer) = (
        Author::new(Registry::shared(), "versions/suspended"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = FolderWorld::new();
    let spec = but(tagged(&author, &signer, "1"), json!({"suspend": true}));
    world.declares("acme", &tagged(&author, &signer, "1"));
    world.rings("ring", "acme");
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    world.declares("acme", &spec);
    let tagged_later = signed(&author, &signer, "2", &ignoring("2.0.0"));
    let mut other_tag = spec.clone();
    other_tag["source"]["oci"]["tag"] = json!("2");
    world.declares("acme", &other_tag);
    world.receives("later", "acme");
    until_delivers(&served, "later", NOTIFIED);
    let told = state(&served, "acme").to_string();
    assert!(!told.contains(&tagged_later.digest), "{told}");

    let stranger = json!({"keys": [{"name": "stranger", "pem": Signer::new().public}]});
    world.declares("acme", &but(other_tag.clone(), json!({"verify": stranger})));
    until_delivers(&served, "mine", CLOSED);
    until_problem(&served, "acme", "VerificationFailed", "is not trusted");
    world.declares("acme", &but(other_tag, json!({"suspend": false})));
    until_delivers(&served, "mine", IGNORED);
}

#[test]
fn a_deleted_object_serves_no_more_and_its_artefact_is_forgotten() {
    let (author, signer) = (
        Author::new(Registry::shared(), "versions/deleted"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = FolderWorld::new();
    let spec = tagged(&author, &signer, "1");
    world.declares("acme", &spec);
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    world.remove("plugin-acme");
    until_delivers(&served, "mine", CLOSED);
    assert!(state(&served, "acme").is_null());
    let mut absent = spec;
    absent["source"]["oci"]["tag"] = json!("absent");
    world.declares("acme", &absent);
    until_problem(
        &served,
        "acme",
        "PullFailed",
        ":absent is not in the registry",
    );
    delivers(&served, "mine", CLOSED);
}
