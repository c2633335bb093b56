//! Objects that are changed while deliveries that depend on them are handled.

use bellpull_tests::cluster::Proxy;
use bellpull_tests::manifests::TOKEN;

use super::fleet::Fleet;
use super::flow::flow;
use super::{behind, until_idle};
use crate::world::World;

#[test]
fn a_secret_that_is_deleted_and_made_anew_takes_the_receiver_along() {
    let world = World::new("secret");
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let fleet = Fleet::new(&world, 4);
    let served = behind(&proxy, &world, &[]);
    fleet.until_ready(&world);
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        for _ in 0..3 {
            flow.further(20, Some("notified"));
            let secret = ["secret", "token", "-n", &world.namespace];
            world.kubectl.ok(&[&["delete"], &secret[..]].concat());
            flow.further(20, Some("unavailable"));
            world.secret("token", &[("token", TOKEN)]);
        }
        flow.further(20, Some("notified"));
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "unavailable"]);
    deliveries.are_attempted(&world, &fleet, &proxy.exchanges());
    fleet.until_ready(&world);
}

/// Versions of one Receiver, and how a delivery to each ends.
const VERSIONS: [(&str, &str, &str); 4] = [
    (
        "resources: [{kind: GitRepository, name: a}]",
        "notified",
        "1 notified",
    ),
    (
        "resources: [{kind: GitRepository, name: b}, {kind: GitRepository, name: c}, \
         {kind: GitRepository, name: d}]",
        "notified",
        "3 notified",
    ),
    (
        "events: [issues], resources: [{kind: GitRepository, name: a}]",
        "ignored",
        "authentic, and not an event that this receiver acts on",
    ),
    (
        "suspend: true, resources: [{kind: GitRepository, name: b}]",
        "unavailable",
        "the receiver is not ready",
    ),
];

#[test]
fn a_delivery_meets_one_version_of_its_receiver() {
    let world = World::new("edits");
    for repository in ["a", "b", "c", "d"] {
        world.repository(repository, "{}");
    }
    let fleet = Fleet::new(&world, 1);
    let served = world.bellpull(&[]);
    fleet.until_ready(&world);
    let deliveries = flow(&world, served.receiver, &fleet, |flow| {
        for (version, outcome, _) in VERSIONS.iter().cycle().take(2 * VERSIONS.len()) {
            let spec = format!("{{type: github, secretRef: {{name: token}}, {version}}}");
            world.receiver(&fleet.receiver(0), &spec);
            flow.further(10, Some(outcome));
        }
    });
    until_idle(&served);
    deliveries.have_outcomes(&["notified", "ignored", "unavailable"]);
    let first = ("", "notified", "2 notified");
    for sent in &deliveries.0 {
        let told = (&sent.answer["outcome"], &sent.answer["message"]);
        let mut versions = VERSIONS.iter().chain([&first]);
        assert!(
            versions.any(|(_, outcome, message)| told.0 == outcome && told.1 == message),
            "{sent:?} is of no one version"
        );
    }
}
