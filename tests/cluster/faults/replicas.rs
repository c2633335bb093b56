//! Two replicas: both serve, one writes status.

use std::sync::atomic::{AtomicUsize, Ordering};

use bellpull_tests::cluster::proxy::{Action, Asked, Exchange};
use bellpull_tests::cluster::{Identity, Proxy};
use bellpull_tests::serve::Served;
use serde_json::Value;
use tokio::sync::watch;

use super::fleet::Fleet;
use super::flow::{Deliveries, flow};
use super::{WRITTEN, series, until, until_idle};
use crate::world::World;

/// A Lease that expires soon after its holder has ended.
const SHORT: &str = "3s";
/// A Lease whose expiry no test waits for.
const LONG: &str = "1h";

fn arguments(lease: &str) -> [&str; 4] {
    [
        "--leader-election-lease-duration",
        lease,
        "--leader-election-retry-period",
        "1s",
    ]
}

fn leads(served: &Served) -> bool {
    series(served, "bellpull_leader").expect("it is always there") == 1
}

/// Two replicas, the one that leads first.
fn replicas(world: &World<'_>, lease: &str) -> (Served, Served) {
    let arguments = arguments(lease);
    let leader = world.bellpull(&arguments);
    until(|| "leading".to_owned(), || leads(&leader));
    let other = world.bellpull(&arguments);
    assert!(!leads(&other), "there is one leader");
    (leader, other)
}

fn holder(world: &World<'_>) -> Value {
    let lease = ["lease", &world.namespace, "-n", "flux-system"];
    world.kubectl.get(&lease)["spec"]["holderIdentity"].clone()
}

/// Ends the leader while deliveries flow to the other replica, which takes over.
fn taken_over(lease: &str, end: impl FnOnce(&World<'_>, Served)) {
    let world = World::new("replicas");
    let fleet = Fleet::new(&world, 4);
    let (leader, survivor) = replicas(&world, lease);
    fleet.until_ready(&world);
    let deliveries = flow(&world, survivor.receiver, &fleet, |flow| {
        flow.further(30, Some("notified"));
        end(&world, leader);
        until(|| "taken over".to_owned(), || leads(&survivor));
        world.apply(&Fleet::one("new"));
        world.until_ready("new");
        flow.further(30, Some("notified"));
    });
    until_idle(&survivor);
    deliveries.have_outcomes(&["notified"]);
    deliveries.are_followed(&world, &fleet);
}

#[test]
fn a_leader_that_is_killed_is_followed_by_another() {
    taken_over(SHORT, |_, leader| drop(leader));
}

#[test]
fn a_leader_that_ends_gives_the_lease_up() {
    taken_over(LONG, |world, mut leader| {
        let before = holder(world);
        leader.terminate();
        let ended = leader.wait();
        assert!(ended.success(), "{ended}: {}", leader.stderr());
        assert_ne!(holder(world), before);
    });
}

#[test]
fn a_lease_that_is_deleted_is_made_anew() {
    let world = World::new("deleted");
    let (one, other) = replicas(&world, LONG);
    let lease = ["lease", &world.namespace, "-n", "flux-system"];
    let before = world.kubectl.get(&lease)["metadata"]["uid"].clone();
    world.kubectl.ok(&[&["delete"], &lease[..]].concat());
    world.kubectl.until("held anew", &lease, |lease| {
        lease["metadata"]["uid"] != before && lease["spec"]["holderIdentity"].is_string()
    });
    until(|| "led by one".to_owned(), || leads(&one) != leads(&other));
    world.apply(&Fleet::one("new"));
    world.until_ready("new");
}

#[test]
fn each_status_is_written_once() {
    let world = World::new("once");
    let (one, other) = replicas(&world, SHORT);
    let fleet = Fleet::new(&world, 20);
    fleet.until_ready(&world);
    let mut all = Deliveries::default();
    for served in [&one, &other] {
        let deliveries = flow(&world, served.receiver, &fleet, |flow| {
            flow.further(40, Some("notified"));
        });
        all.0.extend(deliveries.0);
    }
    all.have_outcomes(&["notified"]);
    all.are_followed(&world, &fleet);
    let written: u64 = [&one, &other]
        .map(|one| series(one, WRITTEN).unwrap_or(0))
        .iter()
        .sum();
    assert_eq!(written, 20);
}

#[test]
fn two_that_ask_for_the_lease_at_once_do_not_both_get_it() {
    let world = World::new("both");
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let (both_ask, first) = watch::channel(false);
    let (one_has_it, second) = watch::channel(false);
    let asking = AtomicUsize::new(0);
    // Who asks has seen no holder: so the first waits for the second, and the second until the
    // first has it.
    proxy.decide(move |asked: &Asked| {
        if !takes_the_lease(asked) {
            return Action::Pass;
        }
        match asking.fetch_add(1, Ordering::Relaxed) {
            0 => Action::PassWhen(first.clone()),
            1 => {
                both_ask.send_replace(true);
                Action::PassWhen(second.clone())
            }
            _ => Action::Pass,
        }
    });
    let kubeconfig = proxy.kubeconfig_of(world.plane, Identity::Bellpull);
    let kubeconfig = kubeconfig.expect("a kubeconfig");
    let both = [(); 2].map(|()| world.launch_by(&kubeconfig, &arguments(LONG)));
    until(|| "had by one".to_owned(), || both.iter().any(leads));
    one_has_it.send_replace(true);
    let answers = || {
        let mut exchanges = proxy.exchanges();
        exchanges.retain(|one: &Exchange| takes_the_lease(&one.asked));
        exchanges
    };
    until(|| "answered".to_owned(), || answers().len() >= 2);
    let answers = answers();
    let statuses: Vec<u16> = answers.iter().map(|one| one.status).collect();
    assert_eq!(statuses.get(..2), Some([200, 409].as_slice()));
}

/// Whether this is an attempt to take a Lease that nobody holds.
fn takes_the_lease(asked: &Asked) -> bool {
    asked.path.contains("/leases/") && asked.content_type.contains("apply-patch")
}
