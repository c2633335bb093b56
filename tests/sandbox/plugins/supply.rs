//! A plugin whose file is there and cannot be used: what served from it last serves on.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use bellpull_tests::hostile;

use super::{IGNORING, World, deliver, state_of};

/// A world in which a process has served `acme.wasm`. It ignores every delivery.
fn served_before() -> World {
    let world = World::new();
    world.receives("mine", "acme");
    world.put("acme.wasm", &hostile::component("acme", IGNORING));
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "ignored".into()));
    drop(served);
    world
}

fn kept(world: &World, ending: &str) -> PathBuf {
    let entries = fs::read_dir(world.cache.path().join("served")).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.find(|path| path.extension().is_some_and(|found| found == ending));
    found.expect("it was kept")
}

#[test]
fn the_last_good_version_serves_over_a_restart_until_a_good_one_comes() {
    let world = served_before();
    world.put("acme.wasm", b"half a file");
    // What was compiled may be pruned at any time.
    fs::remove_dir_all(world.cache.path().join("compiled")).unwrap();
    for _ in 0..2 {
        let served = world.serve(&[]);
        assert_eq!(deliver(&served, "mine"), (200, "ignored".into()));
        let state = state_of(&served, "acme.wasm");
        assert_eq!(state["state"], "outdated", "{state}");
        assert_eq!(state["providers"], serde_json::json!(["acme"]), "{state}");
        served.until_log("\"last_good_serves\":true");
    }
    let served = world.serve(&[]);
    world.put("acme.wasm", &hostile::component("acme", ""));
    served.until("serving the good one", || {
        deliver(&served, "mine").1 == "notified"
    });
    assert_eq!(state_of(&served, "acme.wasm")["state"], "serving");
    drop(served);

    world.put("acme.wasm", b"half a file");
    let served = world.serve(&[]);
    assert_eq!(
        deliver(&served, "mine"),
        (200, "notified".into()),
        "the last of both"
    );
}

#[test]
fn whatever_keeps_a_file_from_being_read_is_no_deletion() {
    let world = served_before();
    let file = world.plugins.path().join("acme.wasm");
    type Spoil = fn(&std::path::Path);
    let spoilt: [(&str, Spoil); 3] = [
        ("a link to nowhere", |file| {
            symlink("/nowhere", file).unwrap()
        }),
        ("a pipe", |file| {
            let made = std::process::Command::new("mkfifo").arg(file).status();
            assert!(made.unwrap().success());
        }),
        ("too large a file", |file| {
            fs::File::create(file).unwrap().set_len(65 << 20).unwrap();
        }),
    ];
    for (what, spoil) in spoilt {
        fs::remove_file(&file).unwrap();
        spoil(&file);
        let served = world.serve(&[]);
        assert_eq!(deliver(&served, "mine"), (200, "ignored".into()), "{what}");
        assert_eq!(
            state_of(&served, "acme.wasm")["state"],
            "outdated",
            "{what}"
        );
    }
}

#[test]
fn a_deleted_file_is_absent_and_stays_so() {
    let world = served_before();
    world.remove("acme.wasm");
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
    drop(served);
    world.put("acme.wasm", b"half a file");
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
    assert_eq!(state_of(&served, "acme.wasm")["state"], "failed");
    drop(served);

    let world = served_before();
    let served = world.serve(&[]);
    world.remove("acme.wasm");
    served.until("forgetting it", || deliver(&served, "mine").0 == 503);
    world.put("acme.wasm", b"half a file");
    served.until("looking at the broken one", || {
        state_of(&served, "acme.wasm")["state"] == "failed"
    });
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
}

#[test]
fn what_was_kept_serves_only_as_it_was_written_and_as_the_flags_say() {
    let world = served_before();
    world.put("acme.wasm", b"half a file");
    let another = format!("acme@sha256:{}", "0".repeat(64));
    let served = world.serve(&["--plugin-override", &another]);
    assert_eq!(
        deliver(&served, "mine"),
        (503, "unavailable".into()),
        "kept for another"
    );
    drop(served);
    for ending in ["wasm", "json"] {
        let path = kept(&world, ending);
        let right = fs::read(&path).unwrap();
        let mut tampered = right.clone();
        *tampered.last_mut().unwrap() ^= 1;
        fs::write(&path, tampered).unwrap();
        let served = world.serve(&[]);
        assert_eq!(
            deliver(&served, "mine"),
            (503, "unavailable".into()),
            "{ending}"
        );
        served.until_log("was not written by this Bellpull");
        assert_eq!(
            state_of(&served, "acme.wasm")["state"],
            "failed",
            "{ending}"
        );
        drop(served);
        fs::write(&path, right).unwrap();
    }
    let served = world.serve(&[]);
    assert_eq!(
        deliver(&served, "mine"),
        (200, "ignored".into()),
        "as it was written"
    );
}

#[test]
fn a_new_version_serves_no_name_that_another_file_keeps() {
    let world = served_before();
    world.put("acme.wasm", b"half a file");
    world.put("a-second.wasm", &hostile::component("acme", ""));
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "ignored".into()));
    assert_eq!(state_of(&served, "acme.wasm")["state"], "outdated");
    assert_eq!(state_of(&served, "a-second.wasm")["state"], "shadowed");
}
