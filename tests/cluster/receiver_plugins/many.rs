//! Many ReceiverPlugins at once.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_engine::Digest;
use bellpull_tests::hostile;
use bellpull_tests::serve::Served;
use serde_json::{Value, json};

use super::world::{FolderWorld, NOTIFIED, until_delivers};

const PLUGINS: usize = 500;

fn name(number: usize) -> String {
    format!("plugin-{number:03}")
}

/// A component in a ConfigMap, and the ReceiverPlugin that takes it.
fn manifests(number: usize) -> String {
    let name = name(number);
    let wasm = hostile::component(&name, "");
    let config_map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "flux-system"},
        "binaryData": {"it.wasm": BASE64_STANDARD.encode(&wasm)},
    });
    let plugin = json!({
        "apiVersion": "bellpull.dev/v1alpha1",
        "kind": "ReceiverPlugin",
        "metadata": {"name": name},
        "spec": {
            "source": {"configMap": {"name": name, "key": "it.wasm"}},
            "digest": Digest::of(&wasm).to_string(),
            "providers": [name],
        },
    });
    format!("{config_map}\n---\n{plugin}\n")
}

/// How many ReceiverPlugins serve.
fn serving(served: &Served) -> usize {
    let rows: Vec<Value> = serde_json::from_str(&served.plugins()).unwrap();
    let ours = rows.iter().filter(|row| {
        let source = row["source"].as_str().unwrap_or_default();
        source.starts_with("ReceiverPlugin/") && row["state"] == "serving"
    });
    ours.count()
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "what 500 take is printed and not asserted"
)]
fn five_hundred_serve_and_serve_again_after_a_restart() {
    let world = FolderWorld::new();
    for number in 0..PLUGINS {
        world.put(&name(number), &manifests(number));
    }
    for number in [0, PLUGINS / 2, PLUGINS - 1] {
        world.receives(&format!("of-{number}"), &name(number));
    }
    for start in ["the first start", "a restart"] {
        let served = world.serve(&[]);
        // Each hundred has the patience of one wait, since they are compiled one after another.
        for hundred in (100..=PLUGINS).step_by(100) {
            served.until(&format!("serving {hundred}"), || {
                serving(&served) >= hundred
            });
        }
        for number in [0, PLUGINS / 2, PLUGINS - 1] {
            until_delivers(&served, &format!("of-{number}"), NOTIFIED);
        }
        let (mebibytes, log) = (served.resident() >> 10, served.stderr());
        println!("{PLUGINS} ReceiverPlugins after {start}: {mebibytes} MiB");
        assert!(!log.contains("\"ERROR\""), "{log}");
    }
}
