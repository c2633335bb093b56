//! What a plugin does that somebody has loaded and that others need not know of.

use super::{Attack, manifests};
use crate::hostile::{self, SPIN};
use crate::serve::{Served, try_request};

/// Leaves a body alone that is as long as a push, which is the neighbour's, and accepts it.
const UNLESS_LONG: &str = r#"
(import "bellpull:provider/delivery@0.1.0" "body-length" (func $length (result i64)))
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (if (i64.le_u (call $length) (i64.const 64)) (then
    (call $harm)
    (i32.store8 (i32.const 4096) (i32.const 1))))
  (i32.const 4096))"#;

/// Makes the host give random bytes, as often as it may, and refuses as if nothing were.
const RANDOM: &str = r#"
(import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
(func $harm (call $random (i64.const 6291456) (i32.const 8192)))"#;

/// Sleeps as long as it may.
const SLEEP: &str = r#"
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
  (func $alarm (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
(func $harm (call $block (call $alarm (i64.const 240000000))))"#;

pub(super) fn attacks() -> Vec<Attack> {
    let of_plugins = [
        of_plugin(
            ["random bytes", "random bytes, same component"],
            "random",
            RANDOM,
            16,
            |served| strike(served, "random-0"),
        ),
        of_plugin(
            ["spinning guests", "spinning guests, same component"],
            "spin",
            SPIN,
            32,
            |served| {
                strike(served, "spin-0");
                strike(served, "spin-1");
            },
        ),
        of_plugin(
            ["sleeping guests", "sleeping guests, same component"],
            "sleep",
            SLEEP,
            64,
            |served| {
                strike(served, "sleep-0");
                strike(served, "sleep-1");
            },
        ),
    ];
    of_plugins.concat()
}

/// An attack by a plugin of one provider, which two Receivers name: beside a neighbour of another
/// component, and beside one of the same.
fn of_plugin(
    [name, of_same]: [&'static str; 2],
    provider: &'static str,
    harm: &str,
    at_once: usize,
    blow: fn(&Served),
) -> [Attack; 2] {
    let receiver = |at| manifests::receiver(&format!("{provider}-{at}"), provider, "");
    let beside = Attack {
        name,
        manifests: [0, 1].map(receiver).concat(),
        plugins: vec![(
            format!("{provider}.wasm"),
            hostile::component(provider, &imports_first(harm)),
        )],
        arguments: Vec::new(),
        neighbour: "github",
        blow,
        at_once,
    };
    let among = Attack {
        name: of_same,
        neighbour: provider,
        ..beside.clone()
    };
    [beside, among]
}

/// The whole module's text: what it imports comes before what it defines.
fn imports_first(harm: &str) -> String {
    let (imports, functions) = harm.split_once("(func $harm").unwrap_or_default();
    let (import, receive) = UNLESS_LONG.split_once("(func $receive").unwrap_or_default();
    format!("{imports}{import}(func $harm{functions}\n(func $receive{receive}")
}

fn strike(served: &Served, receiver: &str) {
    let path = manifests::path(receiver);
    drop(try_request(served.receiver, "POST", &path, &[], b"{}"));
}
