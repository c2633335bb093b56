use serde_json::{Value, json};

use super::*;
use crate::reason::PluginReason;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OTHER: &str = "sha256:a3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A valid object, with members of its spec replaced. A null removes one.
fn object(spec: Value) -> PluginObject {
    let mut whole = json!({
        "source": {"oci": {"url": "oci://ghcr.io/acme/bellpull-acme", "tag": "1.4.2"}},
        "verify": {"keys": [{"name": "release", "pem": "a key"}]},
        "providers": ["acme"],
    });
    for (name, value) in spec.as_object().unwrap() {
        match value {
            Value::Null => drop(whole.as_object_mut().unwrap().remove(name)),
            value => whole[name] = value.clone(),
        }
    }
    PluginObject {
        name: "acme".into(),
        spec: Some(serde_json::from_value(whole).map_err(|error| error.to_string())),
        ..PluginObject::default()
    }
}

fn problem(spec: Value, floor: Option<&PluginFloor>) -> PluginProblem {
    let shown = spec.to_string();
    let rules = PluginRules::of(&object(spec), floor, "flux-system");
    rules.expect_err(&shown)
}

#[test]
fn what_is_wrong_with_a_spec_is_said() {
    let oci = |more: Value| {
        let mut oci = json!({"url": "oci://ghcr.io/acme/a"});
        for (name, value) in more.as_object().unwrap() {
            oci[name] = value.clone();
        }
        json!({"source": {"oci": oci}})
    };
    let cases = [
        (json!({"verify": null}), "verify or digest is required"),
        (
            json!({"digest": "sha256:12"}),
            "digest \"sha256:12\" is no digest",
        ),
        (json!({"source": {}}), "source needs oci or configMap"),
        (
            json!({"source": {"oci": {"url": "https://a/b", "tag": "1"}}}),
            "does not begin with oci://",
        ),
        (oci(json!({"tag": "1", "semver": ">=1"})), "and not several"),
        (oci(json!({})), "needs one of tag, semver and digest"),
        (oci(json!({"tag": "1", "interval": "1s"})), "below 10s"),
        (
            oci(json!({"tag": "1", "interval": "often"})),
            "is no duration",
        ),
        (
            json!({"source": {"oci": {"url": "oci://a.b/c", "digest": DIGEST}}, "digest": OTHER}),
            "are not the same",
        ),
        (
            json!({"source": {"configMap": {"name": "a", "key": "b"}}}),
            "a ConfigMap holds no signatures",
        ),
        (
            json!({"limits": {"memory": "much"}}),
            "limits.memory \"much\"",
        ),
        (json!({"limits": {"time": "0s"}}), "limits.time \"0s\""),
        (
            json!({"limits": {"time": "50us"}}),
            "limits.time \"50us\" is below 1 ms",
        ),
        (
            json!({"source": {"oci": {"url": "oci://user:word@ghcr.io/acme/a", "tag": "1"}}}),
            "credentials go into secretRef",
        ),
        (json!({"unknown": 1}), "unknown field"),
    ];
    for (spec, expected) in cases {
        assert_invalid(spec, expected);
    }
}

#[test]
fn what_is_wrong_with_signature_rules_is_said() {
    let verify = |verify: Value| json!({"verify": verify});
    let key = json!({"name": "a", "pem": "a key"});
    let cases = [
        (verify(json!({})), "verify needs keys or identities"),
        (
            verify(json!({"keys": [{"name": "a"}]})),
            "\"a\" needs pem or secretRef",
        ),
        (verify(json!({"keys": [key], "minimum": 2})), "from 1 to 1"),
        (
            verify(json!({"keys": [key], "logEntry": true})),
            "trustedRootRef is required",
        ),
        (
            verify(json!({"identities": [{"issuer": "https://a", "subject": "b"}]})),
            "trustedRootRef is required",
        ),
        (
            verify(json!({
                "identities": [{"issuer": "https://a"}], "trustedRootRef": {"name": "root"}
            })),
            "needs subject or subjectRegExp",
        ),
    ];
    for (spec, expected) in cases {
        assert_invalid(spec, expected);
    }
}

fn assert_invalid(spec: Value, expected: &str) {
    let shown = spec.to_string();
    let PluginProblem { reason, message } = problem(spec, None);
    assert_eq!(reason, PluginReason::ValidationFailed, "{shown}: {message}");
    assert!(message.contains(expected), "{shown}: {message}");
}

#[test]
fn the_floor_holds_whatever_the_object_says() {
    let floor = |text: &str| -> PluginFloor { serde_json::from_str(text).unwrap() };
    let in_config_map = json!({
        "source": {"configMap": {"name": "a", "key": "b"}}, "verify": null, "digest": DIGEST
    });
    let cases = [
        (
            json!({}),
            r#"{"registries": ["ghcr.io/other"]}"#,
            "is below none of its registries",
        ),
        (
            json!({}),
            r#"{"requireDigest": true}"#,
            "it requires a digest",
        ),
        (in_config_map.clone(), "{}", "is not among its unsigned"),
        (
            json!({"grants": {"jwt": true}}),
            r#"{"grants": {}}"#,
            "does not let jwt be granted",
        ),
    ];
    for (spec, text, expected) in cases {
        let PluginProblem { reason, message } = problem(spec, Some(&floor(text)));
        assert_eq!(reason, PluginReason::PolicyDenied, "{text}: {message}");
        assert!(message.contains(expected), "{text}: {message}");
    }
    let allowed = floor(&format!(
        r#"{{"unsigned": [{DIGEST:?}], "overrides": ["github"]}}"#
    ));
    assert!(PluginRules::of(&object(in_config_map), Some(&allowed), "own").is_ok());
    let both = json!({"override": true, "providers": ["github", "gitlab"]});
    let rules = PluginRules::of(&object(both), Some(&allowed), "own").unwrap();
    assert_eq!(rules.overrides, ["github".to_owned()].into());
}

#[test]
fn a_rollback_names_the_version_and_the_digest_of_the_spec_still_holds() {
    let mut rolled = object(json!({"digest": DIGEST}));
    rolled.rollback_to = Some(OTHER.to_owned());
    let rules = PluginRules::of(&rolled, None, "own").unwrap();
    let ArtefactPlace::Registry { version, .. } = rules.place else {
        panic!("{:?}", rules.place);
    };
    assert_eq!(version, ArtefactVersion::Digest(OTHER.to_owned()));
    assert_eq!(rules.digest.as_deref(), Some(DIGEST));

    rolled.rollback_to = Some("the last one".to_owned());
    let error = PluginRules::of(&rolled, None, "own").unwrap_err();
    assert!(error.message.contains("rollback-to"), "{error}");
}

#[test]
fn namespaces_are_those_of_the_object_and_of_the_floor() {
    let labels = |team: &str| BTreeMap::from([("team".to_owned(), team.to_owned())]);
    let known = BTreeMap::from([
        ("red".to_owned(), labels("red")),
        ("blue".to_owned(), labels("blue")),
        ("plain".to_owned(), BTreeMap::new()),
    ]);
    let both = |names: &[&str], floor: &str| {
        let floor: PluginFloor = serde_json::from_str(floor).unwrap();
        let spec = json!({"allowedNamespaces": {
            "names": names, "matchLabels": {"team": "red"}
        }});
        let rules = PluginRules::of(&object(spec), Some(&floor), "own").unwrap();
        rules
            .namespaces(&known)
            .unwrap()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(both(&["plain"], "{}"), ["plain", "red"]);
    let floor = r#"{"namespaces": ["red", "blue"]}"#;
    assert_eq!(both(&["plain"], floor), ["red"]);
    let everywhere = PluginRules::of(&object(json!({})), None, "own").unwrap();
    assert_eq!(everywhere.namespaces(&known), None);
}
