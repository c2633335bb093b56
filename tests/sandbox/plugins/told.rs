//! What probes, metrics and tables tell of plugins.

use bellpull_tests::hostile;
use bellpull_tests::serve::{Served, get, run};

use super::{World, deliver, state_of};

fn readiness(served: &Served) -> (u16, String) {
    get(served.health, "/readyz")
}

#[test]
fn a_plugin_that_is_bound_and_absent_is_told_and_fails_where_it_is_to() {
    let world = World::new();
    world.receives("mine", "acme");
    let told = "absent plugins: acme\n";
    let served = world.serve(&[]);
    assert_eq!(readiness(&served), (200, format!("ok\n{told}")));
    world.put("acme.wasm", &hostile::component("acme", ""));
    served.until("serving it", || deliver(&served, "mine").0 == 200);
    assert_eq!(readiness(&served), (200, "ok\n".into()));
    drop(served);

    let served = world.serve(&["--absent-plugins", "fail"]);
    assert_eq!(readiness(&served), (200, "ok\n".into()));
    world.remove("acme.wasm");
    served.until("failing", || readiness(&served) == (503, told.to_owned()));
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
    world.put("acme.wasm", &hostile::component("acme", ""));
    served.until("ready again", || readiness(&served) == (200, "ok\n".into()));
}

#[test]
fn a_process_that_lacks_a_plugin_does_not_become_ready_where_it_is_to_fail() {
    let world = World::new();
    world.receives("mine", "acme");
    world.receives("second", "acme");
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (manifests, plugins) = (text(world.manifests.path()), text(world.plugins.path()));
    let cache = text(world.cache.path());
    let served = Served::launch(&[
        "--manifests",
        &manifests,
        "--plugins",
        &plugins,
        "--cache-dir",
        &cache,
        "--absent-plugins=fail",
    ]);
    let told = "absent plugins: acme\n".to_owned();
    served.until("telling what is absent", || {
        readiness(&served) == (503, told.clone())
    });
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
}

#[test]
fn a_metric_tells_version_and_state_of_each_plugin_that_is_there() {
    let world = World::new();
    world.put("acme.wasm", &hostile::component("acme", ""));
    world.put("broken.wasm", b"no");
    let served = world.serve(&["--grant", "nobody=jwt"]);
    let told = |file: &str| {
        let (status, page) = get(served.metrics, "/metrics");
        assert_eq!(status, 200, "{page}");
        let mut lines = page
            .lines()
            .filter(|line| line.starts_with("bellpull_plugin_info{"));
        let line = lines.find(|line| line.contains(file)).map(str::to_owned);
        line.unwrap_or_default()
    };
    for (file, parts) in [
        (
            "acme.wasm",
            [
                r#"providers="acme""#,
                r#"version="1.0.0""#,
                r#"state="serving""#,
            ],
        ),
        (
            "broken.wasm",
            [r#"providers="""#, r#"version="""#, r#"state="failed""#],
        ),
        (
            "bundled",
            [r#"source="bundled""#, r#"version=""#, r#"state="serving""#],
        ),
        ("--grant", [""; 3]),
    ] {
        let line = told(file);
        assert_eq!(line.is_empty(), file == "--grant", "{line}");
        for part in parts {
            assert!(line.contains(part), "{part} is not in {line:?}");
        }
    }
    world.put("acme.wasm", b"no");
    served.until("outdated", || {
        told("acme.wasm").contains(r#"state="outdated""#)
    });
    world.remove("acme.wasm");
    served.until("gone", || told("acme.wasm").is_empty());
    assert_eq!(state_of(&served, "broken.wasm")["state"], "failed");
}

/// A component that binds by a signature that no key of the Secret proves.
const OWN_KEY: &str =
    "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store (i32.const 2052) (i32.const 148))
  (i32.const 2048))";

#[test]
fn a_signature_under_the_components_own_key_is_shown_as_such() {
    let world = World::new();
    world.receives("mine", "acme");
    world.put("acme.wasm", &hostile::component("acme", OWN_KEY));
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (manifests, plugins) = (text(world.manifests.path()), text(world.plugins.path()));
    let asked = [
        "receivers",
        "--manifests",
        &manifests,
        "--plugins",
        &plugins,
        "-o",
        "wide",
    ];
    let output = run(&asked);
    let table = String::from_utf8(output.stdout).unwrap();
    for (receiver, expected) in [("mine", true), ("good", false)] {
        let row = table.lines().find(|line| line.contains(receiver));
        let row = row.unwrap_or_default();
        assert!(row.contains("signature"), "{table}");
        let shown = row.contains("signature (component's key)");
        assert_eq!(shown, expected, "{receiver}: {table}");
    }
}
