mod fake;
mod filters;
mod hidden;
mod oidc;
mod strength;
mod waiting;

use bellpull_api::Metadata;

use bellpull_core::{
    Extensions, Fault, KindKey, Problem, ReceiverId, ReceiverObject, SecretBytes, SecretObject,
};
use bellpull_ports::{ConfigureError, Entry};
use std::collections::{BTreeMap, BTreeSet};

use super::path::webhook_path;
use super::*;
use fake::Fake;

type Plan = super::Plan<u32, Fake>;

fn receiver(name: &str, spec: serde_json::Value) -> ReceiverObject {
    let mut whole = serde_json::json!({
        "type": "fake", "secretRef": {"name": "s"}, "resources": [],
    });
    for (field, value) in spec.as_object().unwrap() {
        whole[field] = value.clone();
    }
    let metadata = Metadata {
        name: name.to_owned(),
        ..Metadata::default()
    };
    ReceiverObject::new(&metadata, serde_json::from_value(whole).unwrap())
}

fn objects(receivers: &[ReceiverObject], secret: &[(&str, &str)]) -> Objects {
    let data = secret
        .iter()
        .map(|(key, value)| ((*key).to_owned(), SecretBytes::new((*value).into())))
        .collect();
    let secret = SecretObject {
        namespace: "default".into(),
        name: "s".into(),
        data,
    };
    Objects::new(receivers.to_vec(), [secret])
}

fn path(name: &str, token: &str) -> String {
    let token = SecretBytes::new(token.into());
    webhook_path(&ReceiverId::new("default", name), &token)
}

fn reasons(plan: &Plan) -> Vec<(&str, &str)> {
    plan.receivers
        .iter()
        .map(|state| (state.id.name.as_str(), state.reason.as_str()))
        .collect()
}

/// What answers a path: `serving`, the reason why not, or `unknown`.
fn answers(plan: &Plan, path: &str) -> &'static str {
    match plan.routes.get(path) {
        Some(Entry::Serving(_)) => "serving",
        Some(Entry::Unavailable { reason, .. }) => reason,
        None => "unknown",
    }
}

const TOKEN: [(&str, &str); 1] = [("token", "first")];

#[tokio::test]
async fn what_cannot_be_judged_is_closed_and_never_open() {
    let cases = [
        (serde_json::json!({}), "serving"),
        (serde_json::json!({"suspend": true}), "Suspended"),
        (serde_json::json!({"type": "other"}), "ProviderNotLoaded"),
        (serde_json::json!({"config": {"a": 1}}), "ValidationFailed"),
    ];
    for (spec, expected) in cases {
        let objects = objects(&[receiver("a", spec.clone())], &TOKEN);
        let plan = Planner::new()
            .plan(&objects, &Fake::new(), &Fake::new())
            .await;
        assert_eq!(answers(&plan, &path("a", "first")), expected, "{spec}");
    }
}

#[tokio::test]
async fn a_misspelt_provider_is_told_the_nearest() {
    for (provider, message) in [
        (
            "fke",
            "no loaded component provides \"fke\" (did you mean \"fake\"?)",
        ),
        ("zz", "no loaded component provides \"zz\""),
    ] {
        let spec = serde_json::json!({"type": provider});
        let objects = objects(&[receiver("a", spec)], &TOKEN);
        let plan = Planner::new()
            .plan(&objects, &Fake::new(), &Fake::new())
            .await;
        assert_eq!(plan.receivers[0].message, message);
    }
}

#[tokio::test]
async fn a_path_stays_known_when_its_secret_or_manifest_is_lost() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let one = receiver("a", serde_json::json!({}));
    let whole = objects(std::slice::from_ref(&one), &TOKEN);
    let plan = planner.plan(&whole, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "serving");

    let mut secretless = whole.clone();
    secretless.secrets.clear();
    let plan = planner.plan(&secretless, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "TokenNotFound");

    let mut unreadable = Objects::default();
    let id = one.id.clone();
    unreadable.unreadable.push(Unreadable { id, problem: None });
    let plan = planner.plan(&unreadable, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "ManifestUnreadable");

    let plan = planner.plan(&Objects::default(), &fake, &fake).await;
    assert_eq!(answers(&plan, &path("a", "first")), "unknown");
}

#[tokio::test]
async fn every_active_token_has_its_path() {
    let secret = [("token", "second"), ("previousToken", "first")];
    let objects = objects(&[receiver("a", serde_json::json!({}))], &secret);
    let plan = Planner::new()
        .plan(&objects, &Fake::new(), &Fake::new())
        .await;
    for token in ["first", "second"] {
        assert_eq!(answers(&plan, &path("a", token)), "serving", "{token}");
    }
    assert_eq!(*plan.receivers[0].paths[0], *path("a", "second"));
}

#[tokio::test]
async fn the_older_of_two_receivers_keeps_a_path() {
    // Token, name and namespace are only concatenated: `b` + `ad` and `ba` + `d` are one path.
    let mut older = receiver("ad", serde_json::json!({"secretRef": {"name": "one"}}));
    let mut younger = receiver("d", serde_json::json!({"secretRef": {"name": "two"}}));
    older.created = Some("2026-01-01T00:00:00Z".into());
    younger.created = Some("2026-01-02T00:00:00Z".into());
    let mut both = objects(&[younger, older], &TOKEN);
    for (name, token) in [("one", "b"), ("two", "ba")] {
        let data = [("token".to_owned(), SecretBytes::new(token.into()))].into();
        let (namespace, name) = ("default".to_owned(), name.to_owned());
        let secret = SecretObject {
            namespace: namespace.clone(),
            name: name.clone(),
            data,
        };
        let secret = SecretState::Present(Arc::new(secret));
        both.secrets.insert((namespace, name), secret);
    }
    let plan = Planner::new().plan(&both, &Fake::new(), &Fake::new()).await;
    assert_eq!(
        reasons(&plan),
        [("ad", "Succeeded"), ("d", "PathCollision")]
    );
    assert!(
        plan.receivers[1].message.contains("default/ad"),
        "{}",
        plan.receivers[1].message
    );
    assert_eq!(answers(&plan, &path("ad", "b")), "serving");
}

#[tokio::test]
async fn no_token_takes_the_path_of_a_receiver_that_has_none() {
    let issuer = serde_json::json!([{
        "issuerURL": "https://issuer.example",
        "validations": [{"expression": "true", "message": "m"}],
    }]);
    let mut tokenless = receiver(
        "victim",
        serde_json::json!({"type": "generic-oidc", "secretRef": null, "oidcProviders": issuer}),
    );
    tokenless.created = Some("2026-01-02T00:00:00Z".into());
    let mut squatter = receiver("m", serde_json::json!({}));
    squatter.created = Some("2026-01-01T00:00:00Z".into());
    let both = objects(&[squatter, tokenless], &[("token", "victi")]);
    let plan = Planner::new().plan(&both, &Fake::new(), &Fake::new()).await;
    assert_eq!(
        reasons(&plan),
        [("m", "PathCollision"), ("victim", "Succeeded")]
    );
    assert_eq!(answers(&plan, &path("m", "victi")), "serving");
}

#[tokio::test]
async fn a_message_is_no_longer_than_a_condition_takes() {
    let fake = Fake::new();
    let problem = Problem {
        at: "/events".into(),
        message: "\u{e4}".repeat(40_000),
    };
    fake.refuse(ConfigureError::Problems(vec![problem]));
    let objects = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    let plan = Planner::new().plan(&objects, &fake, &Fake::new()).await;
    let message = &plan.receivers[0].message;
    assert!(
        (32_000..=32 << 10).contains(&message.len()),
        "{}",
        message.len()
    );
    assert!(message.ends_with(" …"));
}

#[tokio::test]
async fn a_component_is_asked_again_only_when_it_or_the_receiver_has_changed() {
    let (mut fake, mut planner) = (Fake::new(), Planner::new());
    let one = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    planner.plan(&one, &fake, &Fake::new()).await;
    planner.plan(&one, &fake, &Fake::new()).await;
    assert_eq!(fake.asked(), 1);

    let listed = objects(
        &[receiver("a", serde_json::json!({"events": ["x"]}))],
        &TOKEN,
    );
    planner.plan(&listed, &fake, &Fake::new()).await;
    assert_eq!(fake.asked(), 2, "the Receiver has changed");

    fake.component = Arc::new(2);
    fake.refuse(ConfigureError::Problems(vec![Problem {
        at: "/events".into(),
        message: "first is not taken".into(),
    }]));
    for _ in 0..2 {
        let plan = planner.plan(&listed, &fake, &Fake::new()).await;
        assert_eq!(answers(&plan, &path("a", "first")), "ValidationFailed");
        assert_eq!(
            plan.receivers[0].message, "spec.events: [redacted] is not taken",
            "the message repeats no credential"
        );
    }
    assert_eq!(fake.asked(), 3, "the component has changed");
}

#[tokio::test]
async fn a_component_that_failed_is_asked_again() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let one = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    fake.refuse(ConfigureError::Faulted(Fault::Trap, "unreachable".into()));
    let plan = planner.plan(&one, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "ProviderFaulted");
    fake.relent();
    let plan = planner.plan(&one, &fake, &Fake::new()).await;
    assert_eq!(answers(&plan, &path("a", "first")), "serving");
}

#[tokio::test]
async fn an_annotation_names_the_provider_on_a_carrier_that_flux_verifies() {
    let cases = [
        ("generic-hmac", false, "serving"),
        ("generic", false, "WeakCarrier"),
        ("generic", true, "serving"),
        ("github", false, "WeakCarrier"),
        ("fake", false, "serving"),
    ];
    for (carrier, allowed, expected) in cases {
        let metadata = Metadata {
            name: "a".into(),
            annotations: [("bellpull.dev/type".into(), "fake".into())].into(),
            ..Metadata::default()
        };
        let spec = receiver("a", serde_json::json!({"type": carrier})).spec;
        let objects = objects(&[ReceiverObject::new(&metadata, spec)], &TOKEN);
        let mut planner = Planner::new().allow_weak_carrier(allowed);
        let plan = planner.plan(&objects, &Fake::new(), &Fake::new()).await;
        let got = answers(&plan, &path("a", "first"));
        assert_eq!(got, expected, "{carrier}, allowed: {allowed}");
    }
}

#[tokio::test]
async fn an_annotation_that_is_no_config_closes() {
    for config in ["", "[]", "1", "{"] {
        let metadata = Metadata {
            name: "a".into(),
            annotations: [("bellpull.dev/config".into(), config.into())].into(),
            ..Metadata::default()
        };
        let spec = receiver("a", serde_json::json!({})).spec;
        let objects = objects(&[ReceiverObject::new(&metadata, spec)], &TOKEN);
        let plan = Planner::new()
            .plan(&objects, &Fake::new(), &Fake::new())
            .await;
        let got = answers(&plan, &path("a", "first"));
        assert_eq!(got, "ValidationFailed", "{config:?}");
    }
}

/// One Receiver at a generation, with or without `matchEvent`.
fn at(generation: i64, match_event: bool, remembered: Extensions) -> ReceiverObject {
    let resource = serde_json::json!({
        "kind": "GitRepository", "name": "*", "matchLabels": {"a": "b"}, "matchEvent": match_event,
    });
    ReceiverObject {
        generation: Some(generation),
        remembered,
        ..receiver("a", serde_json::json!({"resources": [resource]}))
    }
}

#[tokio::test]
async fn a_field_that_a_crd_has_dropped_does_not_open() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let none = Extensions::default();
    let used = Extensions {
        match_event: true,
        ..none
    };
    let steps = [
        ("used", at(1, true, none), "serving"),
        ("dropped", at(1, false, none), "FieldsPruned"),
        ("dropped still", at(1, false, none), "FieldsPruned"),
        ("changed by its owner", at(2, false, none), "serving"),
        (
            "remembered by its status",
            at(2, false, used),
            "FieldsPruned",
        ),
    ];
    for (step, object, expected) in steps {
        let plan = planner
            .plan(&objects(&[object], &TOKEN), &fake, &Fake::new())
            .await;
        assert_eq!(answers(&plan, &path("a", "first")), expected, "{step}");
    }
}

#[tokio::test]
async fn nothing_is_settled_while_something_is_asked_for() {
    let reference = serde_json::json!([{"kind": "GitRepository", "name": "g"}]);
    let one = receiver("a", serde_json::json!({"resources": reference}));
    let kind = KindKey {
        api_version: "source.toolkit.fluxcd.io/v1".into(),
        kind: "GitRepository".into(),
        namespace: None,
    };
    let whole = objects(&[one], &TOKEN);
    let mut without_answer = whole.clone();
    without_answer.secrets.clear();
    let mut pending = whole.clone();
    pending.kinds = Arc::new(Kinds {
        pending: [kind.clone()].into(),
        ..Kinds::default()
    });
    let mut forbidden = whole.clone();
    forbidden.kinds = Arc::new(Kinds {
        problems: [(kind, "GitRepository is forbidden".to_owned())].into(),
        ..Kinds::default()
    });
    let path = path("a", "first");
    let cases = [
        ("whole", whole, true, "serving"),
        ("no answer of the Secret", without_answer, false, "unknown"),
        ("no answer of the kind", pending, false, "serving"),
        ("a forbidden kind", forbidden, true, "serving"),
    ];
    for (what, objects, settled, answer) in cases {
        let plan = Planner::new()
            .plan(&objects, &Fake::new(), &Fake::new())
            .await;
        let state = &plan.receivers[0];
        let got = (state.settled, answers(&plan, &path));
        assert_eq!(got, (settled, answer), "{what}: {state:?}");
        let warned = state.message.contains("; GitRepository is forbidden");
        assert_eq!(warned, what == "a forbidden kind", "{}", state.message);
    }
}

#[tokio::test]
async fn what_has_not_changed_is_the_same_state_again() {
    let (fake, mut planner) = (Fake::new(), Planner::new());
    let mut some = objects(&[receiver("a", serde_json::json!({}))], &TOKEN);
    let first = planner.plan(&some, &fake, &Fake::new()).await;
    some.receivers
        .push(Arc::new(receiver("b", serde_json::json!({}))));
    let second = planner.plan(&some, &fake, &Fake::new()).await;
    assert!(Arc::ptr_eq(&first.receivers[0], &second.receivers[0]));
    assert_eq!(reasons(&second), [("a", "Succeeded"), ("b", "Succeeded")]);
}
