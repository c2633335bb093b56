//! A store that no longer has the version from which a watch would continue.

use bellpull_tests::cluster::Proxy;
use bellpull_tests::cluster::proxy::{Action, Asked, refusal};
use bellpull_tests::manifests::TOKEN;
use serde_json::Value;

use super::fleet::Fleet;
use super::flow::flow;
use super::{behind, until, until_idle};
use crate::world::World;

/// Ends all watches, and answers 410 to each that would continue from before this moment.
/// Meanwhile a Receiver and its targets are made: no watch ever tells of them.
fn watches_expire(prefix: &str, tell: fn() -> Action) {
    let world = World::new(prefix);
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let fleet = Fleet::new(&world, 4);
    let served = behind(&proxy, &world, &[]);
    fleet.until_ready(&world);
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        flow.further(20, Some("notified"));
        proxy.decide(|asked: &Asked| match asked.is_watch() {
            true => Action::refuse(503, "ServiceUnavailable", Vec::new()),
            false => Action::Pass,
        });
        proxy.cut_watches();
        world.apply(&Fleet::one("new"));
        let compacted = now(&world);
        proxy.decide(move |asked: &Asked| {
            let from = asked.parameter("resourceVersion").unwrap_or_default();
            let from: u64 = from.parse().unwrap_or(0);
            match asked.is_watch() && from < compacted {
                true => tell(),
                false => Action::Pass,
            }
        });
        world.until_ready("new");
        until(
            || "found by label".to_owned(),
            || world.push(&served, "new", TOKEN).1["message"] == "2 notified",
        );
        flow.further(20, Some("notified"));
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified"]);
    deliveries.are_attempted(&world, &fleet, &proxy.exchanges());
}

/// The newest version in the store.
fn now(world: &World<'_>) -> u64 {
    let path = "/api/v1/namespaces?limit=1";
    let list = world.kubectl.ok(&["get", "--raw", path]);
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let version = list["metadata"]["resourceVersion"].as_str();
    version
        .and_then(|version| version.parse().ok())
        .expect("a number")
}

#[test]
fn a_watch_that_tells_of_its_expiry_begins_anew() {
    watches_expire("expired", || {
        let event = format!(
            "{{\"type\":\"ERROR\",\"object\":{}}}\n",
            refusal(410, "Expired")
        );
        Action::Answer(200, Vec::new(), event)
    });
}

#[test]
fn a_watch_that_is_refused_for_its_expiry_begins_anew() {
    watches_expire("gone", || Action::refuse(410, "Expired", Vec::new()));
}
