//! What a plugin does that somebody has loaded and that others need not know of.

use super::{Attack, manifests};
use crate::hostile::{self, SPIN};
use crate::serve::{Served, try_request};

/// Makes the host give random bytes, as often as it may, and refuses as if nothing were.
const RANDOM: &str = r#"
(import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $random (i64.const 6291456) (i32.const 8192))
  (i32.store8 (i32.const 4096) (i32.const 1))
  (i32.const 4096))"#;

/// Sleeps as long as it may.
const SLEEP: &str = r#"
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
  (func $alarm (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $block (call $alarm (i64.const 240000000)))
  (i32.store8 (i32.const 4096) (i32.const 1))
  (i32.const 4096))"#;

pub(super) fn attacks() -> Vec<Attack> {
    vec![
        of_plugin("random bytes", "random", RANDOM, 16, |served| {
            strike(served, "random-0");
        }),
        of_plugin("spinning guests", "spin", SPIN, 32, |served| {
            strike(served, "spin-0");
            strike(served, "spin-1");
        }),
        of_plugin("sleeping guests", "sleep", SLEEP, 64, |served| {
            strike(served, "sleep-0");
            strike(served, "sleep-1");
        }),
    ]
}

/// An attack by a plugin of one provider, which two Receivers name.
fn of_plugin(
    name: &'static str,
    provider: &str,
    text: &str,
    at_once: usize,
    blow: fn(&Served),
) -> Attack {
    let receiver = |at| manifests::receiver(&format!("{provider}-{at}"), provider, "");
    Attack {
        name,
        manifests: [0, 1].map(receiver).concat(),
        plugins: vec![(
            format!("{provider}.wasm"),
            hostile::component(provider, text),
        )],
        arguments: Vec::new(),
        blow,
        at_once,
    }
}

fn strike(served: &Served, receiver: &str) {
    let path = manifests::path(receiver);
    drop(try_request(served.receiver, "POST", &path, &[], b"{}"));
}
