//! An API server that is killed, and one that is paused.

use bellpull_tests::serve::{Served, get};

use super::fleet::Fleet;
use super::flow::{Flow, flow};
use super::{series, until, until_idle};
use crate::world::{World, own_plane};

/// Deliveries that are answered while there is no API server. Each of the clients that send them
/// waits for the answer deadline each time, so that this lasts ten seconds and more.
const MEANWHILE: usize = 40;

#[test]
fn serving_outlives_the_api_server() {
    let plane = own_plane();
    let world = World::of(&plane, "killed");
    let fleet = Fleet::new(&world, 8);
    let served = world.bellpull(&[]);
    fleet.until_ready(&world);
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        flow.further(30, Some("notified"));
        plane.kill_api_server();
        flow.further(MEANWHILE, None);
        flow.further(1, Some("failed"));
        still_serves(&served);
        plane.start_api_server().expect("it starts again");
        recovers(&world, &fleet, flow);
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "accepted", "failed"]);
    deliveries.are_followed(&world, &fleet);
}

#[test]
fn serving_outlives_an_api_server_that_stands_still() {
    let plane = own_plane();
    let world = World::of(&plane, "paused");
    let fleet = Fleet::new(&world, 8);
    let served = world.bellpull(&[]);
    fleet.until_ready(&world);
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        flow.further(30, Some("notified"));
        plane.pause_api_server().expect("it stops");
        flow.further(MEANWHILE, None);
        let failed = "bellpull_notifications_total{result=\"failed\"}";
        until(
            || "an attempt given up".to_owned(),
            || series(&served, failed).is_some_and(|failed| failed > 0),
        );
        still_serves(&served);
        plane.resume_api_server().expect("it goes on");
        recovers(&world, &fleet, flow);
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "accepted", "failed"]);
    deliveries.are_followed(&world, &fleet);
}

/// Without an API server a replica stays ready and knows its paths.
fn still_serves(served: &Served) {
    assert_eq!(get(served.health, "/readyz").0, 200);
    assert_eq!(get(served.receiver, "/hook/nobody").0, 404);
}

/// Known targets are notified again, and new Receivers are served and become ready.
fn recovers(world: &World<'_>, fleet: &Fleet, flow: &Flow) {
    for receiver in 0..fleet.len() {
        flow.notified(receiver);
    }
    world.apply(&Fleet::one("new"));
    world.until_ready("new");
}
