//! Several replicas: each serves what it has, and status names those that lag.

use bellpull_tests::cluster::registry::Registry;

use super::{PluginWorld, publisher};
use crate::receiver_plugins::accepting;
use crate::receiver_plugins::world::{CLOSED, NOTIFIED, signed, tagged};
use crate::world::condition;

#[test]
fn a_replica_that_lags_is_named_and_the_others_serve() {
    let (author, signer) = publisher("replicas");
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("replicas");
    world.receives();
    let leader = world.serve(&[]);
    world.declares("acme", &tagged(&author, &signer, "1"));
    world.until_ready("acme", "True", "Succeeded");
    let elsewhere = tempfile::tempdir().unwrap();
    let other = ["--cache-dir", elsewhere.path().to_str().unwrap()];
    let follower = world.serve_without_registry(&other);
    world.until_delivers(&leader, NOTIFIED);
    world.until_delivers(&follower, CLOSED);
    let plugin = world.until("acme", "lagging", |plugin| {
        condition(plugin, "Reconciling").is_some_and(|told| told.0 == "True")
    });
    let replicas = plugin["status"]["replicas"].as_object().unwrap();
    let lagging = replicas
        .iter()
        .find(|(_, report)| report["digest"].is_null());
    let (name, _) = lagging.expect("one that serves nothing");
    let (status, reason, message) = condition(&plugin, "Ready").unwrap();
    assert_eq!((status, reason), ("True", "Succeeded"), "{plugin}");
    assert!(
        message.ends_with(&format!("serves; not yet on {name}")),
        "{message}"
    );
    follower.until_log(&format!("--plain-http {}", Registry::shared().host()));
    drop(follower);

    // Another one has access, and the cluster is as it should be once it has said so.
    let third = world.serve(&[]);
    world.until_delivers(&third, NOTIFIED);
}
