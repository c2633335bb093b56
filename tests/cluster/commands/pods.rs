use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::kubelet::Forwarding;
use bellpull_tests::serve::{ADMIN, run, said};
use serde_json::Value;

use super::super::world::World;
use super::{Node, Said, ended, forwarded, has};

/// `bellpull plugins`, with the pods in the world's own namespace.
fn plugins(world: &World<'_>, more: &[&str]) -> Said {
    let kubeconfig = world.plane.kubeconfig_of(Identity::Admin);
    let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
    let place = [
        "plugins",
        "--kubeconfig",
        kubeconfig,
        "--bellpull-namespace",
    ];
    said(&run(&[&place[..], &[&world.namespace], more].concat()))
}

#[test]
fn the_components_of_every_pod_are_listed_ready_or_not() {
    let world = World::new("components");
    let served = world.bellpull(&ADMIN);
    let node = Node::of(&world);
    for (name, ready) in [("bellpull-1", true), ("bellpull-2", false)] {
        node.runs(name, forwarded(&served), ready);
    }
    let table = ended(plugins(&world, &[]), 0);
    has(&table, &["POD", "bellpull-1", "bellpull-2", "github"]);
    let listed = ended(plugins(&world, &["-o", "json"]), 0);
    let listed: Vec<Value> = serde_json::from_str(&listed).expect("JSON");
    let of = |pod: &str| listed.iter().filter(|one| one["pod"] == pod).count();
    assert!(of("bellpull-1") > 10, "{listed:?}");
    assert_eq!(of("bellpull-1"), of("bellpull-2"));
}

#[test]
fn a_pod_that_does_not_answer_hides_no_other() {
    let world = World::new("silent");
    let served = world.bellpull(&ADMIN);
    let node = Node::of(&world);
    node.runs("bellpull-1", Forwarding::To([].into()), true);
    node.runs("bellpull-2", forwarded(&served), true);
    let told = ended(plugins(&world, &[]), 1);
    has(
        &told,
        &[
            "port 9441 of pod bellpull-1",
            "connection refused",
            "bellpull-2",
            "github",
        ],
    );
}

#[test]
fn a_namespace_without_pods_is_told_with_the_flag_that_names_another() {
    let world = World::new("podless");
    let told = ended(plugins(&world, &[]), 1);
    let none = format!("no pod of Bellpull runs in namespace {}", world.namespace);
    has(&told, &[&none, "--bellpull-namespace"]);
}
