use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use bellpull_tests::hostile;
use bellpull_tests::serve::run;

use super::{IGNORING, World, deliver, state_of};

#[test]
fn a_component_is_served_swapped_and_forgotten_as_its_file_is() {
    let world = World::new();
    world.receives("mine", "acme");
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));

    world.put("acme.wasm", &hostile::component("acme", ""));
    served.until("serving it", || deliver(&served, "mine").0 == 200);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    let first = state_of(&served, "acme.wasm");
    assert_eq!(first["state"], "serving", "{first}");
    assert_eq!(first["providers"], serde_json::json!(["acme"]));

    world.put("acme.wasm", &hostile::component("acme", IGNORING));
    served.until("serving the new one", || {
        deliver(&served, "mine").1 == "ignored"
    });
    assert_ne!(state_of(&served, "acme.wasm")["digest"], first["digest"]);

    world.put("acme.wasm", b"half a file");
    served.until("refusing the broken one", || {
        state_of(&served, "acme.wasm")["state"] == "outdated"
    });
    assert_eq!(
        deliver(&served, "mine"),
        (200, "ignored".into()),
        "the last good one goes on"
    );

    world.remove("acme.wasm");
    served.until("forgetting it", || deliver(&served, "mine").0 == 503);
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
}

#[test]
fn no_delivery_fails_while_components_are_swapped() {
    let world = World::new();
    world.receives("mine", "acme");
    let versions = [
        hostile::component("acme", ""),
        hostile::component("acme", IGNORING),
    ];
    world.put("acme.wasm", &versions[0]);
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    let done = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = BTreeSet::new();
                    while !done.load(Ordering::Relaxed) {
                        seen.insert(deliver(&served, "mine"));
                    }
                    seen
                })
            })
            .collect();
        for turn in 1..=6 {
            world.put("acme.wasm", &versions[turn % 2]);
            let outcome = ["notified", "ignored"][turn % 2];
            served.until("swapped", || deliver(&served, "mine").1 == outcome);
        }
        done.store(true, Ordering::Relaxed);
        senders
            .into_iter()
            .flat_map(|sender| sender.join().expect("a sender"))
            .collect::<BTreeSet<_>>()
    });
    let good = [(200, "ignored".to_owned()), (200, "notified".to_owned())];
    assert_eq!(seen, good.into());
}

#[test]
fn a_version_that_refuses_a_receiver_makes_that_one_not_ready() {
    let world = World::new();
    world.receives("mine", "acme");
    world.put("acme.wasm", &hostile::component("acme", ""));
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    let trapping = "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
        (unreachable))";
    world.put("acme.wasm", &hostile::component("acme", trapping));
    served.until("closing it", || deliver(&served, "mine").0 == 503);
    served.until("telling why", || {
        let log = served.stderr();
        let mut lines = log.lines();
        lines.any(|line| line.contains("default/mine") && line.contains("ProviderFaulted"))
    });
}

#[test]
fn a_bundled_name_is_taken_only_by_override() {
    let world = World::new();
    let mine = hostile::component("github", IGNORING);
    world.put("mine.wasm", &mine);
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
    let state = state_of(&served, "mine.wasm");
    assert_eq!(state["state"], "shadowed", "{state}");
    let reason = state["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("--plugin-override github"), "{state}");
    drop(served);

    let served = world.serve(&["--plugin-override", "github"]);
    assert_eq!(
        deliver(&served, "good"),
        (503, "unavailable".into()),
        "it proves less than the bundled one"
    );
    world.accepts("good", "github");
    served.until("accepted", || deliver(&served, "good").0 == 200);
    assert_eq!(deliver(&served, "good"), (200, "ignored".into()));
    assert_eq!(state_of(&served, "mine.wasm")["state"], "serving");
}

#[test]
fn a_tampered_cache_is_compiled_anew_and_a_cache_of_others_is_no_outage() {
    let world = World::new();
    world.receives("mine", "acme");
    world.put("acme.wasm", &hostile::component("acme", ""));
    drop(world.serve(&[]));
    let compiled = world.cache.path().join("compiled");
    let artefact = fs::read_dir(&compiled)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "cwasm")
        })
        .expect("an artefact was kept");
    let kept = fs::read(&artefact).unwrap();
    let mut tampered = kept.clone();
    *tampered.last_mut().unwrap() ^= 1;
    fs::write(&artefact, tampered).unwrap();

    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    served.until_log("was not written by this Bellpull");
    assert_eq!(
        fs::read(&artefact).unwrap().len(),
        kept.len(),
        "it was replaced"
    );
    drop(served);

    fs::set_permissions(&compiled, fs::Permissions::from_mode(0o777)).unwrap();
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    served.until_log("others can write");
}

#[test]
fn plugins_are_listed_with_and_without_a_server() {
    let world = World::new();
    world.put("acme.wasm", &hostile::component("acme", ""));
    world.put("broken.wasm", b"no");
    let served = world.serve(&[]);
    let cache = world.cache.path().to_str().unwrap();
    let url = format!("http://{}", served.admin());
    let plugins = world.plugins.path().to_str().unwrap();
    let asked: [&[&str]; 2] = [
        &["plugins", "--admin", &url, "-o", "json"],
        &[
            "plugins",
            "--no-server",
            "--plugins",
            plugins,
            "--cache-dir",
            cache,
            "-o",
            "json",
        ],
    ];
    let rows = asked.map(|arguments| {
        let output = run(arguments);
        assert!(output.status.success(), "{output:?}");
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        rows
    });
    assert_eq!(rows[0], rows[1]);
    let states: Vec<&str> = rows[0]
        .iter()
        .filter_map(|row| row["state"].as_str())
        .collect();
    // Every bundled one and a plugin serve, and one fails.
    let serving = bellpull_bundle::BUNDLED.len() + 1;
    let expected = [vec!["serving"; serving], vec!["failed"]].concat();
    assert_eq!(states, expected);

    let table = run(&["plugins", "--admin", &url]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.starts_with("PROVIDERS"), "{table}");
    assert!(table.contains("not a WebAssembly component"), "{table}");
}

#[test]
fn a_pipe_or_a_huge_file_among_the_plugins_holds_up_nobody() {
    let world = World::new();
    world.receives("mine", "acme");
    // Sorted before the good one, which must be reached all the same.
    let pipe = world.plugins.path().join("a-pipe.wasm");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let huge = fs::File::create(world.plugins.path().join("b-huge.wasm")).unwrap();
    huge.set_len(65 << 20).unwrap();
    world.put("c-acme.wasm", &hostile::component("acme", ""));
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    for (file, part) in [
        ("a-pipe.wasm", "not a regular file"),
        ("b-huge.wasm", "more than 67108864 bytes"),
    ] {
        let state = state_of(&served, file);
        let reason = state["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(part), "{file}: {part:?} is not in {state}");
        assert_eq!(state["state"], "failed", "{file}");
    }
}

/// A component that binds a signature and accepts without a check.
const SIGNING: &str =
    "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store (i32.const 2052) (i32.const 148))
  (i32.store8 (i32.const 112) (i32.const 1))
  (i32.const 2048))";

#[test]
fn a_component_that_proves_less_is_held_back_until_the_receiver_accepts_it() {
    let world = World::new();
    world.receives("mine", "acme");
    world.put("acme.wasm", &hostile::component("acme", SIGNING));
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
    assert!(!served.stderr().contains("WeakAuthentication"));

    world.put("acme.wasm", &hostile::component("acme", ""));
    served.until_log("WeakAuthentication");
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));

    drop(served);
    let served = world.serve(&[]);
    served.until_log("WeakAuthentication");
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));

    world.accepts("mine", "acme");
    served.until("taking it", || deliver(&served, "mine").0 == 200);
}
