use std::fs;
use std::net::TcpListener;
use std::process::Command;

use bellpull_tests::cluster::Identity;
use bellpull_tests::serve::{binary, run, said};
use serde_json::{Value, json};

use super::super::world::World;
use super::{SPEC, command, ended, has};

#[test]
fn without_a_cluster_both_ways_are_named() {
    let home = tempfile::tempdir().expect("a folder");
    for arguments in [
        vec!["receivers"],
        vec!["send", "app"],
        vec!["filter", "true", "--in-cluster"],
    ] {
        let output = Command::new(binary())
            .args(&arguments)
            .env("HOME", home.path())
            .env_remove("KUBECONFIG")
            .env_remove("KUBERNETES_SERVICE_HOST")
            .output()
            .expect("bellpull runs");
        let told = ended(said(&output), 64);
        has(
            &told,
            &[
                "no cluster was found",
                "--kubeconfig FILE",
                "--manifests DIR",
            ],
        );
    }
}

#[test]
fn a_context_that_is_not_there_is_named() {
    let world = World::new("context");
    let told = command(&world, Identity::Admin, &["receivers", "--context", "prod"]);
    has(&ended(told, 1), &["the kubeconfig cannot be used", "prod"]);
}

#[test]
fn a_kubeconfig_that_is_not_there_is_named() {
    let told = said(&run(&["receivers", "--kubeconfig", "/not/there"]));
    has(
        &ended(told, 1),
        &["the kubeconfig cannot be used", "/not/there"],
    );
}

#[test]
fn the_namespace_is_that_of_the_context() {
    let world = World::new("default");
    world.receiver("app", SPEC);
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(world.plane.kubeconfig()).expect("a kubeconfig");
    let mut kubeconfig: Value = serde_json::from_str(&text).expect("JSON");
    kubeconfig["contexts"][0]["context"]["namespace"] = json!(world.namespace);
    let file = folder.path().join("config");
    fs::write(&file, kubeconfig.to_string()).expect("written");
    let output = Command::new(binary())
        .arg("receivers")
        .env("KUBECONFIG", &file)
        .output()
        .expect("bellpull runs");
    has(&ended(said(&output), 0), &["app", "github"]);
}

#[test]
fn an_api_server_that_does_not_answer_is_named() {
    // Nothing listens there any more.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let server = format!("https://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{"name": "test", "cluster": {"server": server}}],
        "users": [{"name": "test", "user": {"token": "secret-token"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
    });
    fs::write(&file, kubeconfig.to_string()).expect("written");
    let file = file.to_str().expect("a path in UTF-8");
    let told = ended(said(&run(&["receivers", "--kubeconfig", file])), 1);
    has(&told, &["Receivers cannot be read from", &server]);
    assert!(!told.contains("secret-token"), "{told}");
}
