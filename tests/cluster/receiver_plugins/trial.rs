//! What a version is put through before it serves.

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::hostile;
use bellpull_tests::manifests::receiver;
use bellpull_tests::serve::get;
use serde_json::json;

use super::world::{
    CLOSED, FolderWorld, IGNORED, NOTIFIED, but, delivers, problem, signed, tagged, until_delivers,
    until_problem,
};
use super::{accepting, ignoring};

/// A component whose `configure` does this.
fn configuring(version: &str, text: &str) -> Vec<u8> {
    let function = "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)";
    hostile::component_of_version(
        version,
        "acme",
        &format!("{function} {text} (i32.const 2048))"),
    )
}

fn case(outcome: &str) -> String {
    format!(
        "provider: acme\ncredentials: {{token: a-token-for-tests}}\nrequest: {{}}\ntext: '{{}}'\n\
         expect: {{outcome: {outcome}, status: 200}}\n"
    )
}

#[test]
fn a_version_that_configures_no_receiver_does_not_take_over() {
    let (author, signer) = (
        Author::new(Registry::shared(), "trial/traps"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &accepting("1.0.0"));
    signed(&author, &signer, "2", &configuring("2.0.0", "unreachable"));
    signed(&author, &signer, "3", &ignoring("3.0.0"));
    let world = FolderWorld::new();
    world.receives("other", "acme");
    world.declares("acme", &tagged(&author, &signer, "1"));
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    world.declares("acme", &tagged(&author, &signer, "2"));
    until_problem(
        &served,
        "acme",
        "ConfigureFailed",
        "each of the 2 Receivers that were tried: trap",
    );
    delivers(&served, "mine", NOTIFIED);
    world.declares("acme", &tagged(&author, &signer, "3"));
    until_delivers(&served, "mine", IGNORED);
}

#[test]
fn a_version_that_fails_for_one_receiver_closes_that_one_alone() {
    let (author, signer) = (Author::new(Registry::shared(), "trial/one"), Signer::new());
    signed(&author, &signer, "1", &accepting("1.0.0"));
    // The fourth and the fifth word are the list of the events that the Receiver lists.
    let text = "(if (i32.eqz (local.get 3)) (then unreachable))";
    signed(&author, &signer, "2", &configuring("2.0.0", text));
    let world = FolderWorld::new();
    let spec = "{type: acme, secretRef: {name: token}, events: [push], resources: []}";
    world.put("listing", &receiver("listing", spec));
    world.declares("acme", &tagged(&author, &signer, "1"));
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);
    delivers(&served, "listing", NOTIFIED);
    world.declares("acme", &tagged(&author, &signer, "2"));
    until_delivers(&served, "mine", CLOSED);
    delivers(&served, "listing", NOTIFIED);
    served.until_log("\"ProviderFaulted\"");
}

#[test]
fn a_version_passes_the_cases_of_its_author_where_it_has_to() {
    let (author, signer) = (
        Author::new(Registry::shared(), "trial/cases"),
        Signer::new(),
    );
    signer.sign(&author.push_with_case("passes", &accepting("1.0.0"), &case("notified")));
    signer.sign(&author.push_with_case("fails", &ignoring("1.0.1"), &case("notified")));
    signed(&author, &signer, "none", &accepting("1.0.2"));
    let spec = |tag: &str| but(tagged(&author, &signer, tag), json!({"selfTest": true}));
    let world = FolderWorld::new();
    for name in ["fails", "none"] {
        world.declares(name, &spec(name));
    }
    world.declares("passes", &spec("passes"));
    let served = world.serve(&[]);
    until_problem(
        &served,
        "fails",
        "SelfTestFailed",
        "1 of its 1 attached cases fail",
    );
    until_problem(&served, "none", "SelfTestFailed", "no cases are attached");
    assert_eq!(problem(&served, "passes"), None);
    delivers(&served, "mine", NOTIFIED);
}

#[test]
fn limits_of_the_object_lower_those_of_the_process() {
    let (author, signer) = (
        Author::new(Registry::shared(), "trial/limits"),
        Signer::new(),
    );
    // Sixteen pages beyond the four of the module are 1.25 MiB.
    let growing = "(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
        (i32.const 4096))";
    let spinning = format!(
        "{}(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
           (call $harm) (i32.const 4096))",
        hostile::SPIN
    );
    for (tag, text) in [("grows", growing), ("spins", spinning.as_str())] {
        signed(
            &author,
            &signer,
            tag,
            &hostile::component_of_version("1.0.0", "acme", text),
        );
    }
    let limited = |tag: &str, limits| but(tagged(&author, &signer, tag), json!({"limits": limits}));
    for (tag, generous, limits, fault) in [
        (
            "grows",
            json!({"memory": "1Gi"}),
            json!({"memory": "1Mi"}),
            "memory",
        ),
        (
            "spins",
            json!({"time": "10s"}),
            json!({"time": "10ms"}),
            "deadline",
        ),
    ] {
        let world = FolderWorld::new();
        world.declares("acme", &limited(tag, generous));
        let served = world.serve(&["--verify-timeout", "5s"]);
        delivers(&served, "mine", NOTIFIED);
        world.declares("acme", &limited(tag, limits));
        until_delivers(&served, "mine", CLOSED);
        let counted = format!("fault=\"{fault}\"");
        let (_, metrics) = get(served.metrics, "/metrics");
        let is_it = |line: &str| line.contains("provider=\"acme\"") && line.contains(&counted);
        assert!(
            metrics.lines().any(is_it),
            "{tag}: no {counted} in {metrics}"
        );
    }
}
