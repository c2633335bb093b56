//! A component in a ConfigMap.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_engine::Digest;
use serde_json::{Value, json};

use super::world::{
    CLOSED, FolderWorld, IGNORED, NOTIFIED, but, delivers, until_delivers, until_problem,
};
use super::{accepting, ignoring};

/// A ConfigMap that holds a component.
pub(super) fn config_map(wasm: &[u8]) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "acme", "namespace": "flux-system"},
        "binaryData": {"acme.wasm": BASE64_STANDARD.encode(wasm)},
    })
    .to_string()
}

/// A spec that takes the component of this ConfigMap, if it is this one.
pub(super) fn from_config_map(wasm: &[u8]) -> Value {
    json!({
        "source": {"configMap": {"name": "acme", "key": "acme.wasm"}},
        "digest": Digest::of(wasm).to_string(),
        "providers": ["acme"],
    })
}

#[test]
fn a_component_in_a_config_map_serves_by_its_digest() {
    let (first, second) = (accepting("1.0.0"), ignoring("1.0.1"));
    let world = FolderWorld::new();
    world.put("component", &config_map(&first));
    world.declares("acme", &from_config_map(&first));
    let served = world.serve(&[]);
    delivers(&served, "mine", NOTIFIED);

    world.put("component", &config_map(&second));
    until_problem(&served, "acme", "VerificationFailed", "and digest names");
    delivers(&served, "mine", NOTIFIED);
    world.declares("acme", &from_config_map(&second));
    until_delivers(&served, "mine", IGNORED);
}

#[test]
fn a_config_map_that_is_not_as_named_does_not_serve() {
    let (right, wrong) = (accepting("1.0.0"), ignoring("1.0.1"));
    let spec = |source: Value| {
        but(
            from_config_map(&right),
            json!({"source": {"configMap": source}}),
        )
    };
    let cases = [
        (
            "digest",
            from_config_map(&wrong),
            "VerificationFailed",
            "and digest names",
        ),
        (
            "absent",
            spec(json!({"name": "other", "key": "acme.wasm"})),
            "ReferenceNotFound",
            "ConfigMap flux-system/other: it does not exist",
        ),
        (
            "key",
            spec(json!({"name": "acme", "key": "other"})),
            "ReferenceNotFound",
            "ConfigMap flux-system/acme has no key other",
        ),
        (
            "elsewhere",
            spec(json!({"name": "acme", "namespace": "default", "key": "acme.wasm"})),
            "ReferenceNotFound",
            "ConfigMap default/acme",
        ),
    ];
    let world = FolderWorld::new();
    world.put("component", &config_map(&right));
    for (name, spec, ..) in &cases {
        world.declares(name, spec);
    }
    let served = world.serve(&[]);
    for (name, _, reason, part) in &cases {
        until_problem(&served, name, reason, part);
    }
    delivers(&served, "mine", CLOSED);
}
