use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::kubelet::Forwarding;
use bellpull_tests::serve::{ADMIN, run, said};
use serde_json::Value;

use super::super::world::World;
use super::{Said, ended, forwarded, has, kubelet};

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
    let kubelet = kubelet(&world);
    let namespace = world.namespace.as_str();
    for (name, ready) in [("bellpull-1", true), ("bellpull-2", false)] {
        kubelet.run(world.plane, (namespace, name), forwarded(&served), ready);
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
    let kubelet = kubelet(&world);
    let namespace = world.namespace.as_str();
    kubelet.run(
        world.plane,
        (namespace, "bellpull-1"),
        Forwarding::To([].into()),
        true,
    );
    kubelet.run(
        world.plane,
        (namespace, "bellpull-2"),
        forwarded(&served),
        true,
    );
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
