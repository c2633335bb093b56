use bellpull_engine::Class;
use bellpull_tests::hostile;

use super::{World, deliver, state_of};

/// Nested loops over many locals: the register allocator's time grows far faster than the file.
fn nested(loops: usize, locals: usize) -> String {
    let declared = "i64 ".repeat(locals);
    let local = |at: usize, step: usize| at * step % locals + 1;
    let mut body = String::new();
    for at in 0..loops {
        body.push_str(&format!(
            "(loop $l{at} (local.set {} (i64.add (local.get {}) (local.get {})))\n",
            local(at, 7),
            local(at, 13),
            local(at, 29)
        ));
    }
    for at in (0..loops).rev() {
        body.push_str(&format!(
            "(local.set {0} (i64.xor (local.get {1}) (local.get {2}))) \
             (br_if $l{at} (i32.wrap_i64 (local.get {0}))))\n",
            local(at, 5),
            local(at, 17),
            local(at, 31)
        ));
    }
    format!("(func (param i32) (local {declared}) {body})")
}

/// One function in which thousands of values live at once.
fn many_values(values: usize) -> String {
    let gets: String = (0..values)
        .map(|at| format!("(i64.load offset={} (local.get 0))\n", at % 4096 * 8))
        .collect();
    let adds = "i64.xor\n".repeat(values - 1);
    format!("(func (param i32) (result i64) {gets} {adds})")
}

fn many_functions(functions: usize) -> String {
    "(func (param i64) (result i64) (i64.mul (local.get 0) (i64.const 3)))\n".repeat(functions)
}

#[test]
fn a_compile_bomb_is_ended_by_its_limits_while_serving_goes_on() {
    let bombs = [
        ("nested", nested(900, 2_000)),
        ("values", many_values(40_000)),
        ("functions", many_functions(60_000)),
    ];
    let world = World::new();
    let served = world.serve(&["--compile-timeout", "1s"]);
    for (name, text) in bombs {
        let wasm = hostile::component(name, &text);
        assert!(
            (10 << 10..=1 << 20).contains(&wasm.len()),
            "{name} has {} bytes",
            wasm.len()
        );
        let file = format!("{name}.wasm");
        world.put(&file, &wasm);
        served.until("refusing the bomb", || {
            assert_eq!(deliver(&served, "good"), (200, "notified".into()), "{name}");
            state_of(&served, &file)["state"] == "failed"
        });
        let state = state_of(&served, &file);
        let reason = state["reason"].as_str().unwrap_or_default();
        assert!(reason.contains("--compile-timeout"), "{name}: {state}");
    }
}

/// Files that are no component for this Bellpull, each with a part of the reason.
fn strange_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let core = wat::parse_str("(module)").unwrap();
    let of_another_version =
        r#"(component (instance $i) (export "bellpull:provider/guest@0.9.0" (instance $i)))"#;
    let of_no_version = "(component)";
    let empty_guest =
        r#"(component (instance $i) (export "bellpull:provider/guest@0.1.0" (instance $i)))"#;
    let strange_import = r#"(component
        (import "acme:host/secrets@1.0.0" (instance (export "all" (func (result string)))))
        (instance $i) (export "bellpull:provider/guest@0.1.0" (instance $i)))"#;
    let of_wasi_3 = r#"(component
        (import "wasi:clocks/system-clock@0.3.0" (instance (export "now" (func (result u64)))))
        (instance $i) (export "bellpull:provider/guest@0.1.0" (instance $i)))"#;
    let asynchronous = r#"(component
        (import "wasi:clocks/monotonic-clock@0.3.0"
            (instance (export "wait-for" (func async (param "how-long" u64))))))"#;
    let large_memory = "(component (core module (memory 60000)) (core instance (instantiate 0)))";
    let two_memories = "(component (core module (memory 1) (memory 1)))";
    let one_memory_twice = "(component (core module (memory 1))
        (core instance (instantiate 0)) (core instance (instantiate 0)))";
    let parse = |text: &str| wat::parse_str(text).unwrap();
    vec![
        ("empty", Vec::new(), "not a WebAssembly component"),
        ("text", b"hello".to_vec(), "not a WebAssembly component"),
        ("core", core, "wasm32-wasip2"),
        (
            "cut",
            parse(empty_guest)[..20].to_vec(),
            "not a WebAssembly component",
        ),
        ("other", parse(of_another_version), "guest@0.9.0"),
        ("none", parse(of_no_version), "exports no Bellpull provider"),
        ("bare", parse(empty_guest), "does not fit the contract"),
        ("strange", parse(strange_import), "acme:host/secrets@1.0.0"),
        ("memory", parse(large_memory), "memory"),
        (
            "memories",
            parse(two_memories),
            "build each module with one memory",
        ),
        ("twice", parse(one_memory_twice), "2 Wasm linear memories"),
        (
            "later",
            parse(of_wasi_3),
            "it is built for a WASI other than 0.2",
        ),
        (
            "async",
            parse(asynchronous),
            "it is built for WASI 0.3, or has asynchronous functions",
        ),
    ]
}

#[test]
fn what_is_no_component_is_refused_and_says_why() {
    let world = World::new();
    let table = strange_files();
    for (name, wasm, _) in &table {
        world.put(&format!("{name}.wasm"), wasm);
    }
    let served = world.serve(&[]);
    for (name, _, part) in &table {
        let state = state_of(&served, &format!("{name}.wasm"));
        let reason = state["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(part), "{name}: {part:?} is not in {state}");
        assert_eq!(state["state"], "failed", "{name}");
    }
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
}

#[test]
fn two_memories_are_not_twice_the_memory() {
    let world = World::new();
    let all = Class::Composed.limits().memory >> 16;
    let part = |percent: usize| u32::try_from(all * percent / 100).unwrap();
    let grown = |name: &str, pages: u32| {
        let describe = format!(
            "(func $describe (result i32)
               (if (i32.lt_s (memory.grow (i32.const {pages})) (i32.const 0)) (then unreachable))
               (i32.const 1024))"
        );
        hostile::component(name, &describe)
    };
    let table = [
        ("one-large", part(60), 1, "serving", ""),
        ("both-within", part(40), part(40), "serving", ""),
        (
            "both-beyond",
            part(60),
            part(60),
            "failed",
            "(memory): memory would grow to",
        ),
    ];
    for (name, first, second, ..) in table {
        let wasm = hostile::with_memory(&grown(name, first), second);
        assert_eq!(Class::of(&wasm).unwrap(), Class::Composed, "{name}");
        world.put(&format!("{name}.wasm"), &wasm);
    }
    let served = world.serve(&[]);
    for (name, _, _, expected, part) in table {
        let state = state_of(&served, &format!("{name}.wasm"));
        let reason = state["reason"].as_str().unwrap_or_default();
        assert_eq!(state["state"], expected, "{name}: {state}");
        assert!(reason.contains(part), "{name}: {part:?} is not in {state}");
    }
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
}
