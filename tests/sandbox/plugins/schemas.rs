use bellpull_tests::hostile;

use super::{World, deliver, state_of};

/// How much memory may have come to stay, KiB: a schema costs as much as its text and its programs.
const GROWTH: u64 = 48 << 10;

/// Schemas that cost a validator without bounds gigabytes, or never end.
fn bombs() -> Vec<(&'static str, String, &'static str)> {
    let patterns: Vec<String> = (0..24)
        .map(|at| format!(r#""p{at}":{{"pattern":"{at}(\\pL{{20}}|\\w{{30}}){{40}}"}}"#))
        .collect();
    let mut nested = "{}".to_owned();
    for _ in 0..20 {
        nested = format!(
            r#"{{"if":{nested},"then":{nested_too},"unevaluatedProperties":false}}"#,
            nested_too = r#"{"unevaluatedProperties":false}"#
        );
    }
    let names: Vec<String> = (0..1_500).map(|at| format!(r#""{at}":{{}}"#)).collect();
    let alternatives = vec![r#"{"pattern":"\\pL{9}"}"#; 200].join(",");
    vec![
        (
            "patterns",
            format!(r#"{{"properties":{{{}}}}}"#, patterns.join(",")),
            "shorten its classes",
        ),
        ("conditions", nested, "this keyword is not supported"),
        (
            "alternatives",
            format!(r#"{{"anyOf":[{alternatives}]}}"#),
            "at /anyOf: this keyword is not supported",
        ),
        (
            "many",
            format!(r#"{{"properties":{{{}}}}}"#, names.join(",")),
            "more than 1000 schemas",
        ),
        (
            "deep",
            format!("{}{{}}{}", r#"{"items":"#.repeat(60), "}".repeat(60)),
            "deeper than 16",
        ),
    ]
}

#[test]
fn a_schema_that_costs_much_is_refused_and_nobody_waits_for_it() {
    let world = World::new();
    let bombs = bombs();
    for (name, schema, _) in &bombs {
        let wasm = hostile::component(name, &hostile::with_schema(schema));
        world.put(&format!("{name}.wasm"), &wasm);
        world.receives(name, name);
    }
    let served = world.serve(&[]);
    let before = served.resident();
    for (name, _, part) in &bombs {
        let state = state_of(&served, &format!("{name}.wasm"));
        let reason = state["reason"].as_str().unwrap_or_default();
        assert_eq!(state["state"], "failed", "{name}: {state}");
        assert!(reason.contains(part), "{name}: {part:?} is not in {state}");
        assert_eq!(
            deliver(&served, name),
            (503, "unavailable".into()),
            "{name}"
        );
        assert_eq!(deliver(&served, "good"), (200, "notified".into()), "{name}");
    }
    let after = served.resident();
    assert!(
        after < before + GROWTH,
        "{before} KiB before, {after} KiB after"
    );
}

#[test]
fn a_schema_of_the_listed_keywords_is_held() {
    let world = World::new();
    let schema =
        r#"{"properties":{"a":{"type":"string","pattern":"^b+$"}},"additionalProperties":false}"#;
    world.put(
        "mine.wasm",
        &hostile::component("mine", &hostile::with_schema(schema)),
    );
    for (name, config) in [("fits", "{a: bb}"), ("fails", "{a: c}")] {
        let spec =
            format!("{{type: mine, secretRef: {{name: token}}, resources: [], config: {config}}}");
        world.receives_as(name, &spec);
    }
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "fits"), (200, "notified".into()));
    assert_eq!(deliver(&served, "fails"), (503, "unavailable".into()));
    served.until_log(r#"spec.config.a: \"c\" does not match \"^b+$\""#);
}
