//! What `bellpull inspect` and `bellpull compile` say of a component.

use std::path::Path;

use bellpull_tests::hostile;
use bellpull_tests::serve::{run, said};
use serde_json::Value;

use super::World;

/// The answer of a command that prints JSON. `inspect` ends with 1 where a component would not load.
fn printed(arguments: &[&str]) -> (Option<i32>, Value) {
    let (code, stdout, stderr) = said(&run(&[arguments, &["-o", "json"]].concat()));
    let value = serde_json::from_str(&stdout);
    (code, value.unwrap_or_else(|_| panic!("{stdout}{stderr}")))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_name_that_another_component_serves_is_shadowed() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let [own, taken] = ["github", "acme"].map(|name| {
        let file = folder.path().join(format!("{name}.wasm"));
        std::fs::write(&file, hostile::component(name, "")).unwrap();
        file
    });
    world.put("first.wasm", &hostile::component("acme", "(func $more)"));
    let plugins = ["--plugins", text(world.plugins.path())];
    let both = "acme is claimed by";
    let cases: [(&Path, &[&str], Option<&str>); 5] = [
        (
            &own,
            &[],
            Some("github is bundled: let this one serve by --plugin-override github"),
        ),
        (&own, &["--plugin-override", "github"], None),
        (&taken, &[], None),
        (&taken, &plugins, Some(both)),
        (Path::new("github"), &[], None),
    ];
    for (component, flags, expected) in cases {
        let arguments = [&["inspect", text(component)], flags].concat();
        let (code, inspection) = printed(&arguments);
        assert_eq!(code, Some(0), "{inspection}");
        let shadowed = inspection["shadowed"][0].as_str();
        match expected {
            None => assert_eq!(shadowed, None, "{arguments:?}"),
            Some(part) => assert!(
                shadowed.is_some_and(|reason| reason.contains(part)),
                "{arguments:?}: {shadowed:?}"
            ),
        }
    }
}

#[test]
fn a_flag_that_applies_to_nothing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.wasm");
    std::fs::write(&file, hostile::component("acme", "")).unwrap();
    for (flags, expected) in [
        (
            ["--grant", "acme=jwt"],
            "--grant acme=jwt: the component that serves acme does not ask for it",
        ),
        (
            ["--grant", "other=jwt"],
            "--grant other=jwt: nothing serves other",
        ),
        (
            ["--plugin-override", "github"],
            "--plugin-override github: no plugin claims github",
        ),
    ] {
        let (code, inspection) = printed(&[&["inspect", text(&file)][..], &flags].concat());
        assert_eq!(code, Some(0), "{inspection}");
        let expected = serde_json::json!([expected]);
        assert_eq!(inspection["unused"], expected, "{flags:?}");
    }
    let (_, inspection) = printed(&["inspect", text(&file)]);
    assert_eq!(inspection["unused"], Value::Null);
}

#[test]
fn what_is_asked_for_is_told_whether_it_is_granted_or_not() {
    let (_, inspection) = printed(&["inspect", "aws-sns"]);
    let hosts = inspection["description"]["fetchHosts"].to_string();
    assert!(hosts.contains("*.amazonaws.com"), "{inspection}");
    let asked = inspection["capabilities"].to_string();
    assert!(asked.contains("fetch:*.amazonaws.com"), "{asked}");

    let hostile = hostile::all();
    let component = hostile
        .iter()
        .find(|one| one.name == "imports-jwt")
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("imports-jwt.wasm");
    std::fs::write(&file, &component.wasm).unwrap();
    for (flags, code, granted) in [
        (&[][..], Some(1), false),
        (&["--grant", "imports-jwt=jwt"][..], Some(0), true),
    ] {
        let (got, inspection) = printed(&[&["inspect", text(&file)], flags].concat());
        assert_eq!(got, code, "{inspection}");
        let asked = &inspection["capabilities"][0];
        assert_eq!(
            (&asked["name"], &asked["granted"]),
            (&"jwt".into(), &granted.into())
        );
        assert_eq!(inspection["loads"], granted, "{inspection}");
        let reason = inspection["reason"].as_str().unwrap_or_default();
        assert_eq!(
            reason.contains("--grant imports-jwt=jwt"),
            !granted,
            "{reason}"
        );
    }
}

#[test]
fn a_component_that_is_not_small_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.wasm");
    let one = hostile::component("it", "");
    for (wasm, class, part) in [
        (one.clone(), "small", ""),
        (hostile::with_memory(&one, 1), "composed", "2 memories"),
        (
            hostile::component("it", "(table 6000 funcref)"),
            "large",
            "6000 elements",
        ),
    ] {
        std::fs::write(&file, wasm).unwrap();
        let (code, inspection) = printed(&["inspect", text(&file)]);
        assert_eq!((code, &inspection["class"]), (Some(0), &class.into()));
        let reason = inspection["classReason"].as_str().unwrap_or_default();
        assert!(reason.contains(part), "{reason}");
        assert_eq!(reason.is_empty(), class == "small", "{reason}");
    }
}

#[test]
fn compile_tells_the_time_and_the_limit_of_the_class() {
    let folder = tempfile::tempdir().unwrap();
    let (file, cache) = (folder.path().join("it.wasm"), folder.path().join("cache"));
    let one = hostile::component("it", "");
    std::fs::write(&file, hostile::with_memory(&one, 1)).unwrap();
    let common = [
        "compile",
        "github",
        text(&file),
        "--cache-dir",
        text(&cache),
    ];
    for (flags, limits) in [
        (&[][..], [30_000, 120_000]),
        (&["--compile-timeout", "7s"][..], [7_000, 7_000]),
    ] {
        let (code, rows) = printed(&[&common, flags].concat());
        assert_eq!(code, Some(0), "{rows}");
        for (at, limit) in limits.into_iter().enumerate() {
            assert_eq!(rows[at]["processorLimitMilliseconds"], limit, "{rows}");
        }
        assert_ne!(rows[0]["processorMilliseconds"], 0, "{rows}");
    }
    let kept = std::fs::read_dir(cache.join("compiled")).unwrap();
    let kept = kept.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".cwasm")
    });
    assert_eq!(kept.count(), 2);

    let (code, _, stderr) = said(&run(&["compile", "no/such.wasm"]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("component no/such.wasm"), "{stderr}");
}
