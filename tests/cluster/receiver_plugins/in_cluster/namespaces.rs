//! Whose Receivers may use a component.

use serde_json::json;

use super::{PluginWorld, publisher};
use crate::receiver_plugins::accepting;
use crate::receiver_plugins::world::{CLOSED, NOTIFIED, but, signed, tagged};
use crate::world::condition;

#[test]
fn a_namespace_that_is_not_allowed_learns_of_no_other() {
    let (author, signer) = publisher("namespaces");
    signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("tenant");
    let allowed = |selection| {
        but(
            tagged(&author, &signer, "1"),
            json!({"allowedNamespaces": selection}),
        )
    };
    let elsewhere = "a-secret-customer";
    world.declares("acme", &allowed(json!({"names": [elsewhere]})));
    world.receives();
    let served = world.serve(&[]);
    world.until_delivers(&served, CLOSED);
    let refused = |receiver: &serde_json::Value| {
        condition(receiver, "Ready").is_some_and(|ready| ready.1 == "ProviderNotAllowed")
    };
    let receiver = world.world.until("mine", "ProviderNotAllowed", refused);
    let told = receiver["status"].to_string();
    assert!(!told.contains(elsewhere), "{told}");

    world.declares("acme", &allowed(json!({"names": [world.world.namespace]})));
    world.until_delivers(&served, NOTIFIED);
    world.declares(
        "acme",
        &allowed(json!({"matchLabels": {"bellpull.test/acme": "yes"}})),
    );
    world.until_delivers(&served, CLOSED);
    let label = |label: &str| {
        let namespace = world.world.namespace.as_str();
        world
            .world
            .kubectl
            .ok(&["label", "namespace", namespace, label]);
    };
    label("bellpull.test/acme=yes");
    world.until_delivers(&served, NOTIFIED);
    label("bellpull.test/acme-");
    world.until_delivers(&served, CLOSED);
}
