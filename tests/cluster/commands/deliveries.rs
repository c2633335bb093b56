//! What the replicas of a cluster have recorded, as one list.

use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::kubelet::Forwarding;
use bellpull_tests::serve::{ADMIN, Served, run, said};
use serde_json::Value;

use super::super::world::World;
use super::{Node, SPEC, Said, command, deliver, ended, forwarded, has};

/// A world with a Receiver `app`.
fn world(prefix: &str) -> World<'static> {
    let world = World::new(prefix);
    world.repository("app", "{}");
    world.receiver("app", SPEC);
    world
}

/// Two replicas, and their pods.
struct Replicas<'a> {
    world: &'a World<'static>,
    servers: [Served; 2],
    node: Node<'a>,
}

const PODS: [&str; 2] = ["bellpull-1", "bellpull-2"];

impl<'a> Replicas<'a> {
    fn of(world: &'a World<'static>) -> Self {
        let bodies = [&ADMIN[..], &["--record-bodies", "verified"]].concat();
        let servers = [(); 2].map(|()| world.bellpull(&bodies));
        world.until_ready("app");
        let node = Node::of(world);
        for (pod, server) in PODS.iter().zip(&servers) {
            node.runs(pod, forwarded(server), true);
        }
        Self {
            world,
            servers,
            node,
        }
    }

    /// Runs a command that asks the pods in the world's own namespace.
    fn ask(&self, arguments: &[&str]) -> Said {
        let kubeconfig = self.world.plane.kubeconfig_of(Identity::Admin);
        let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
        let namespace = self.world.namespace.as_str();
        let place = [
            "--kubeconfig",
            kubeconfig,
            "--bellpull-namespace",
            namespace,
        ];
        said(&run(&[arguments, &place].concat()))
    }

    /// Delivers a push to each replica: the ids of the deliveries.
    fn deliver(&self) -> [String; 2] {
        self.servers
            .each_ref()
            .map(|server| deliver(self.world, server))
    }

    /// The listed ids, the newest first.
    fn listed(&self, code: i32) -> (Vec<String>, String) {
        let (got, stdout, stderr) = self.ask(&["deliveries", "-o", "json"]);
        assert_eq!(got, Some(code), "{stdout}{stderr}");
        let listed: Vec<Value> = serde_json::from_str(&stdout).expect("JSON");
        let ids = listed
            .iter()
            .map(|one| one["id"].as_str().expect("an id").to_owned());
        (ids.collect(), stderr)
    }
}

#[test]
fn the_deliveries_of_all_replicas_are_one_list() {
    let world = world("merged");
    let replicas = Replicas::of(&world);
    let [first, second] = replicas.deliver();
    assert_eq!(replicas.listed(0).0, [second.clone(), first.clone()]);
    for id in [&first, &second] {
        let told = ended(replicas.ask(&["deliveries", "show", id]), 0);
        has(&told, &[id, "outcome      notified"]);
        let told = ended(replicas.ask(&["replay", id]), 0);
        has(&told, &["verified again", "notified"]);
    }
    let told = ended(replicas.ask(&["deliveries", "show", "nothing"]), 1);
    has(&told, &["no record has this id"]);
    let namespace = world.namespace.as_str();
    let told = ended(
        replicas.ask(&["notify", "app", "--namespace", namespace]),
        0,
    );
    has(&told, &["GitRepository/", "/app"]);
}

#[test]
fn a_replica_that_is_gone_is_missing_and_the_rest_is_listed() {
    let world = world("gone");
    let replicas = Replicas::of(&world);
    let [_, second] = replicas.deliver();
    replicas
        .node
        .runs(PODS[0], Forwarding::EndsInTheMiddle, true);
    let (listed, told) = replicas.listed(1);
    assert_eq!(listed, [second], "{told}");
    has(&told, &["bellpull-1 is missing", "--admin-addr"]);
    let told = ended(replicas.ask(&["deliveries", "show", "nothing"]), 1);
    has(
        &told,
        &[
            "no record has this id",
            "not asked, since it does not answer: bellpull-1",
        ],
    );
}

#[test]
fn receivers_are_listed_with_their_last_delivery() {
    let world = world("last");
    let replicas = Replicas::of(&world);
    replicas.deliver();
    let pods = ["receivers", "--bellpull-namespace", &world.namespace];
    let told = ended(command(&world, Identity::Admin, &pods), 0);
    has(&told, &["LAST DELIVERY", "OUTCOME", "notified"]);
    // Whoever cannot reach the pods lists the Receivers without it.
    let none = ["receivers", "--bellpull-namespace", "nowhere"];
    let told = ended(command(&world, Identity::Admin, &none), 0);
    has(&told, &["last deliveries are not known", "app", "True"]);
}
