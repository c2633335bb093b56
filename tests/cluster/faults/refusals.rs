//! An API server that is slow, is busy, or fails now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bellpull_tests::cluster::Proxy;
use bellpull_tests::cluster::proxy::{Action, Asked};

use super::fleet::Fleet;
use super::flow::flow;
use super::{behind, until_idle};
use crate::world::World;

/// One patch of this many is answered 500.
const FAILS: usize = 20;
/// One patch of this many is answered 429.
const IS_BUSY: usize = 9;

#[test]
fn a_patch_that_is_refused_for_the_moment_is_tried_again() {
    let world = World::new("refusals");
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let fleet = Fleet::new(&world, 8);
    let served = behind(&proxy, &world, &[]);
    fleet.until_ready(&world);
    let patches = AtomicUsize::new(1);
    proxy.decide(move |asked: &Asked| {
        if !is_notification(asked) {
            return Action::Pass;
        }
        let count = patches.fetch_add(1, Ordering::Relaxed);
        if count.is_multiple_of(FAILS) {
            Action::refuse(500, "InternalError", Vec::new())
        } else if count.is_multiple_of(IS_BUSY) {
            let after = vec![("retry-after", "1".to_owned())];
            Action::refuse(429, "TooManyRequests", after)
        } else {
            Action::Pass
        }
    });
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        flow.further(200, Some("notified"));
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "accepted", "failed"]);
    let exchanges = proxy.exchanges();
    for status in [429, 500] {
        let met = exchanges.iter().filter(|one| one.status == status).count();
        assert!(met > 3, "{status} was met {met} times");
    }
    deliveries.are_attempted(&world, &fleet, &exchanges);
    deliveries.are_followed(&world, &fleet);
}

fn is_notification(asked: &Asked) -> bool {
    asked.method == "PATCH" && asked.path.contains("/gitrepositories/")
}

/// Longer than a delivery takes to its targets, so that many come while a patch is under way.
const SLOWNESS: Duration = Duration::from_millis(250);

#[test]
fn a_delivery_that_comes_during_a_patch_has_the_next_one() {
    let world = World::new("slow");
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let fleet = Fleet::new(&world, 2);
    let served = behind(&proxy, &world, &[]);
    fleet.until_ready(&world);
    proxy.decide(|asked: &Asked| match is_notification(asked) {
        true => Action::PassAfter(SLOWNESS),
        false => Action::Pass,
    });
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        flow.further(100, Some("notified"));
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "accepted"]);
    let exchanges = proxy.exchanges();
    deliveries.are_attempted(&world, &fleet, &exchanges);
    let patches = exchanges.iter().filter(|one| is_notification(&one.asked));
    let (patches, alone) = (patches.count(), 2 * deliveries.0.len());
    assert!(
        patches < alone,
        "{patches} patches for {alone} notifications"
    );
}

#[test]
fn an_api_server_that_has_not_read_the_roles_yet_is_not_believed() {
    let world = World::new("roles");
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let fleet = Fleet::new(&world, 8);
    let served = behind(&proxy, &world, &[]);
    fleet.until_ready(&world);
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        flow.further(30, Some("notified"));
        let read = Arc::new(AtomicBool::new(false));
        let roles = Arc::clone(&read);
        proxy.decide(move |_: &Asked| match roles.load(Ordering::Relaxed) {
            true => Action::Pass,
            false => Action::refuse(403, "Forbidden", Vec::new()),
        });
        proxy.cut_watches();
        flow.further(1, Some("failed"));
        read.store(true, Ordering::Relaxed);
        for receiver in 0..fleet.len() {
            flow.notified(receiver);
        }
        world.apply(&Fleet::one("new"));
        world.until_ready("new");
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "accepted", "failed"]);
    deliveries.are_attempted(&world, &fleet, &proxy.exchanges());
}
