//! Attacks on planning by a tenant's Receivers and by a plugin.

use std::thread;
use std::time::Duration;

use super::{Attack, manifests};
use crate::hostile;
use crate::serve::{Served, try_request};

/// The pause between two requests to a Receiver that is never ready. The manifests are the attack.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) fn attacks() -> Vec<Attack> {
    let slow = Attack {
        plugins: vec![plugin("slow", &slow_to_configure())],
        ..planned(
            "600 Receivers that are slow to bind",
            receivers(600, "slow", ""),
        )
    };
    let looping = Attack {
        plugins: vec![plugin("loops", LOOPS)],
        ..planned(
            "200 Receivers whose component never answers",
            receivers(200, "loops", ""),
        )
    };
    let events: String = (0..6_000)
        .map(|at| format!("unknown-event-{at},"))
        .collect();
    let events = format!("  events: [{events}]\n");
    let lists = planned(
        "20 Receivers of 6 000 events each",
        receivers(20, "github", &events),
    );
    let patterns: String = (0..24)
        .map(|at| format!(r#""p{at}":{{"pattern":"{at}(\\pL{{20}}){{40}}"}},"#))
        .collect();
    let schema = format!(r#"{{"properties":{{{patterns}"q":{{}}}}}}"#);
    let schemas = Attack {
        plugins: vec![plugin("schemas", &hostile::with_schema(&schema))],
        ..planned(
            "a schema of patterns",
            receivers(20, "schemas", "  config: {p1: x}\n"),
        )
    };
    let everywhere: String = (0..100)
        .map(|at| {
            let namespace = format!("attacker-{at}");
            manifests::shared_in(&namespace)
                + &manifests::receiver_in(&namespace, "one", "slow", "")
                + &manifests::receiver_in(&namespace, "other", "slow", "")
        })
        .collect();
    let spread = Attack {
        plugins: vec![plugin("slow", &slow_to_configure())],
        ..planned(
            "a component that is slow to bind, in 100 namespaces",
            everywhere,
        )
    };
    vec![slow, looping, lists, schemas, spread]
}

/// A component that computes for some 30 ms before it binds.
#[must_use]
pub fn slow_to_configure() -> String {
    "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
       (local $left i32)
       (local.set $left (i32.const 30000000))
       (loop $again
         (local.set $left (i32.sub (local.get $left) (i32.const 1)))
         (br_if $again (local.get $left)))
       (i32.const 2048))"
        .to_owned()
}

const LOOPS: &str = "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (loop $again (br $again)) (unreachable))";

fn plugin(name: &str, text: &str) -> (String, Vec<u8>) {
    (format!("{name}.wasm"), hostile::component(name, text))
}

fn receivers(count: usize, provider: &str, more: &str) -> String {
    (0..count)
        .map(|at| manifests::receiver(&format!("r{at}"), provider, more))
        .collect()
}

fn planned(name: &'static str, manifests: String) -> Attack {
    Attack {
        name,
        manifests,
        plugins: Vec::new(),
        neighbour: "github",
        arguments: Vec::new(),
        blow,
        at_once: 1,
    }
}

fn blow(served: &Served) {
    drop(try_request(
        served.receiver,
        "POST",
        &manifests::path("r0"),
        &[],
        b"{}",
    ));
    thread::sleep(PAUSE);
}
