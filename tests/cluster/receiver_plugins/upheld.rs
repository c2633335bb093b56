//! The rules hold for what serves as well, and files that cannot be read forget nothing.

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use serde_json::json;

use super::accepting;
use super::world::{
    CLOSED, FolderWorld, NOTIFIED, but, delivers, signed, tagged, until_delivers, until_problem,
};

#[test]
fn a_name_that_the_object_takes_back_serves_no_more() {
    let (author, signer) = (
        Author::new(Registry::shared(), "upheld/names"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = FolderWorld::new();
    let spec = tagged(&author, &signer, "1");
    world.declares("acme", &spec);
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    world.declares("acme", &but(spec, json!({"providers": ["other"]})));
    until_delivers(&served, "mine", CLOSED);
    until_problem(
        &served,
        "acme",
        "ProvidersNotAllowed",
        "claims acme, and spec.providers allows other alone",
    );
}

#[test]
fn no_older_version_takes_the_place_of_one_whose_key_is_removed() {
    let author = Author::new(Registry::shared(), "upheld/older");
    let (old, new) = (Signer::new(), Signer::new());
    signed(&author, &old, "1", &accepting("1.0.0"));
    signed(&author, &new, "2", &accepting("2.0.0"));
    let world = FolderWorld::new();
    let both = |tag: &str| {
        let keys = json!([
            {"name": "old", "pem": old.public}, {"name": "new", "pem": new.public},
        ]);
        but(
            tagged(&author, &old, tag),
            json!({"verify": {"keys": keys}}),
        )
    };
    world.declares("acme", &both("1"));
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    world.declares("acme", &both("2"));
    served.until_log(r#""version":"2.0.0""#);
    world.declares("acme", &tagged(&author, &old, "2"));
    until_delivers(&served, "mine", CLOSED);
    until_problem(
        &served,
        "acme",
        "VerificationFailed",
        "is of none of the keys",
    );
    delivers(&served, "mine", CLOSED);
}

#[test]
fn a_file_that_cannot_be_read_closes_its_plugin_and_forgets_nothing() {
    let registry = Registry::start().expect("a registry");
    let (author, signer) = (Author::new(&registry, "upheld/file"), Signer::new());
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = FolderWorld::new();
    let spec = tagged(&author, &signer, "1");
    world.declares("acme", &spec);
    let served = world.serve(&["--plain-http", &registry.host()]);
    delivers(&served, "mine", NOTIFIED);
    drop(registry);
    let key = "-----BEGIN PRIVATE KEY----- of somebody";
    world.declares("acme", &but(spec.clone(), json!({"verify": {"keys": key}})));
    until_delivers(&served, "mine", CLOSED);
    until_problem(&served, "acme", "ValidationFailed", "has an error");
    served.until_log("verify.keys: invalid type: string, expected");
    assert!(
        !served.stderr().contains("of somebody"),
        "{}",
        served.stderr()
    );
    world.declares("acme", &spec);
    until_delivers(&served, "mine", NOTIFIED);
}
