//! Who serves a name that several files claim, and what is granted to it.

use std::fs;
use std::os::unix::fs::symlink;

use bellpull_tests::hostile;
use bellpull_tests::manifests::put;
use bellpull_tests::serve::{Served, run};
use serde_json::Value;

use super::{IGNORING, World, deliver, state_of};

fn accepting() -> Vec<u8> {
    hostile::component("acme", "")
}

fn ignoring() -> Vec<u8> {
    hostile::component("acme", IGNORING)
}

fn digest_of(served: &Served, file: &str) -> String {
    let state = state_of(served, file);
    state["digest"].as_str().expect("it is loaded").to_owned()
}

/// Checks the state of a file, and that its reason names what it is to name.
fn is(served: &Served, file: &str, state: &str, reason: &[&str]) {
    let row = state_of(served, file);
    assert_eq!(row["state"], state, "{row}");
    let told = row["reason"].as_str().unwrap_or_default();
    for part in reason {
        assert!(told.contains(part), "{part:?} is not in {row}");
    }
}

#[test]
fn a_name_stays_with_the_file_that_serves_it() {
    let world = World::new();
    world.receives("mine", "acme");
    world.put("z-1.0.wasm", &accepting());
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));

    world.put("a-2.0.wasm", &ignoring());
    served.until("looking at the second", || {
        state_of(&served, "a-2.0.wasm")["state"] == "shadowed"
    });
    let other = digest_of(&served, "a-2.0.wasm");
    let choice = format!("--plugin-override acme@{other}");
    is(
        &served,
        "a-2.0.wasm",
        "shadowed",
        &["a-2.0.wasm", "z-1.0.wasm", &choice],
    );
    served.until_log("does not serve a name that it claims");
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    drop(served);

    let served = world.serve(&[]);
    assert_eq!(
        deliver(&served, "mine"),
        (200, "notified".into()),
        "after a restart"
    );
    is(&served, "z-1.0.wasm", "serving", &[]);
    drop(served);

    let served = world.serve(&["--plugin-override", &format!("acme@{other}")]);
    assert_eq!(
        deliver(&served, "mine"),
        (200, "ignored".into()),
        "by override"
    );
    is(
        &served,
        "z-1.0.wasm",
        "shadowed",
        &["reserved for another digest"],
    );
    drop(served);

    let served = world.serve(&[]);
    assert_eq!(
        deliver(&served, "mine"),
        (200, "ignored".into()),
        "what served last"
    );
    world.remove("a-2.0.wasm");
    served.until("the other one serving", || {
        deliver(&served, "mine").1 == "notified"
    });
}

#[test]
fn nobody_is_chosen_by_its_path() {
    let world = World::new();
    world.receives("mine", "acme");
    let files = ["acme-1.0.wasm", "acme-1.1.wasm"];
    world.put(files[0], &accepting());
    world.put(files[1], &ignoring());
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
    for file in files {
        is(
            &served,
            file,
            "disputed",
            &[files[0], files[1], "--plugin-override acme@"],
        );
    }
    served.until_log("none of them served it before");
    world.remove(files[0]);
    served.until("the last one serving", || {
        deliver(&served, "mine").1 == "ignored"
    });
}

#[test]
fn two_files_for_a_bundled_name_close_it() {
    let world = World::new();
    world.put("a.wasm", &hostile::component("github", ""));
    world.put("b.wasm", &hostile::component("github", IGNORING));
    world.accepts("good", "github");
    let served = world.serve(&["--plugin-override", "github"]);
    assert_eq!(deliver(&served, "good"), (503, "unavailable".into()));
    let b = digest_of(&served, "b.wasm");
    drop(served);
    let served = world.serve(&["--plugin-override", &format!("github@{b}")]);
    assert_eq!(deliver(&served, "good"), (200, "ignored".into()));
}

#[test]
fn a_file_counts_once_by_whatever_way_it_is_reached() {
    let world = World::new();
    world.receives("mine", "acme");
    fs::create_dir(world.plugins.path().join("deep")).unwrap();
    world.put("deep/acme.WASM", &accepting());
    symlink("deep/acme.WASM", world.plugins.path().join("a.wasm")).unwrap();
    symlink(".", world.plugins.path().join("again")).unwrap();
    let hidden = world.plugins.path().join(".hidden");
    fs::create_dir(&hidden).unwrap();
    fs::write(hidden.join("b.wasm"), ignoring()).unwrap();
    let deep = world.plugins.path().join("deep");
    let served = world.serve(&["--plugins", deep.to_str().unwrap()]);
    assert_eq!(deliver(&served, "mine"), (200, "notified".into()));
    is(&served, "acme.WASM", "serving", &[]);
    for file in ["a.wasm", "b.wasm"] {
        assert_eq!(
            state_of(&served, file),
            Value::Null,
            "{file} is no other file"
        );
    }
}

/// A component of two names, `acme` and `beta`, that asks for `email` of the Secret and fails to
/// configure a Receiver when it gets it.
const READING: &str = r#"
(data (i32.const 3000) "beta")
(data (i32.const 3008) "email")
(data (i32.const 3016) "\c0\0b\00\00\05\00\00\00")
(data (i32.const 1064) "\c8\0b\00\00\01\00\00\00")
(func $describe (result i32)
  (i32.store (i32.const 1028) (i32.const 2))
  (i32.store (i32.const 72) (i32.const 3000))
  (i32.store (i32.const 76) (i32.const 4))
  (i32.const 1024))
(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (if (local.get 7) (then (unreachable)))
  (i32.const 2048))"#;

const SECRET: &str = "apiVersion: v1
kind: Secret
metadata: {name: token, namespace: default}
stringData: {token: a-token-of-the-tests, email: a@example.com}
";

#[test]
fn a_grant_is_for_the_name_that_a_file_serves() {
    let world = World::new();
    world.receives("mine", "acme");
    world.receives("other", "beta");
    put(world.manifests.path(), "token.yaml", SECRET);
    world.put("a.wasm", &accepting());
    drop(world.serve(&[]));

    world.put("b.wasm", &hostile::component("acme", READING));
    let served = world.serve(&["--grant", "acme=read:email"]);
    assert_eq!(
        state_of(&served, "b.wasm")["providers"],
        serde_json::json!(["beta"])
    );
    assert_eq!(deliver(&served, "other").0, 200, "acme is not its name");
    let b = digest_of(&served, "b.wasm");
    world.remove("a.wasm");
    served.until("granting it with the name", || {
        deliver(&served, "other").0 == 503
    });
    drop(served);

    let another = format!("beta@sha256:{}=read:email", "0".repeat(64));
    let its = format!("beta@{b}=read:email");
    for (grant, status) in [(another, 200), (its, 503)] {
        let served = world.serve(&["--grant", &grant]);
        assert_eq!(deliver(&served, "other").0, status, "{grant}");
    }
}

#[test]
fn a_flag_for_nobody_is_told() {
    let world = World::new();
    world.put("a.wasm", &accepting());
    let nowhere = format!("acme@sha256:{}", "0".repeat(64));
    let overriding = ["--plugin-override", "github", "--plugin-override", "acme"];
    let grants = [
        "acme=read:email",
        "nobody=jwt",
        "github=jwt",
        &format!("{nowhere}=jwt"),
    ];
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    let flags = [&overriding[..], &flags].concat();
    let served = world.serve(&flags);
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (plugins, cache) = (text(world.plugins.path()), text(world.cache.path()));
    let offline = [
        "plugins",
        "--no-server",
        "--plugins",
        &plugins,
        "--cache-dir",
        &cache,
        "-o",
        "json",
    ];
    let admin = format!("http://{}", served.admin());
    let asked = [
        run(&["plugins", "--admin", &admin, "-o", "json"]),
        run(&[&offline[..], &flags].concat()),
    ];
    let expected = [
        (
            "--grant acme=read:email",
            "the component that serves acme does not ask for it",
        ),
        ("--grant nobody=jwt", "nothing serves nobody"),
        (
            "--grant github=jwt",
            "github is served by the bundled component, which has all that it asks for",
        ),
        (
            &*format!("--grant {nowhere}=jwt"),
            "acme is served by sha256:",
        ),
        ("--plugin-override github", "no plugin claims github"),
    ];
    for output in asked {
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let unused: Vec<&Value> = rows.iter().filter(|row| row["state"] == "unused").collect();
        assert_eq!(unused.len(), expected.len(), "{unused:#?}");
        for (row, (flag, reason)) in unused.iter().zip(expected) {
            assert_eq!(row["source"], flag);
            let told = row["reason"].as_str().unwrap_or_default();
            assert!(told.starts_with(reason), "{told:?}, expected {reason:?}");
        }
    }
    served.until_log("a flag applies to no component");
}
