use super::fake::FORBIDDEN;
use super::*;

#[tokio::test]
async fn a_receiver_that_cannot_be_verified_is_closed() {
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
async fn a_component_of_other_namespaces_is_not_described() {
    let spec = serde_json::json!({});
    let mut one = receiver("a", spec);
    one.id.namespace = FORBIDDEN.to_owned();
    let plan = Planner::new()
        .plan(&objects(&[one], &TOKEN), &Fake::new(), &Fake::new())
        .await;
    let state = &plan.receivers[0];
    assert_eq!(state.reason, Reason::ProviderNotAllowed);
    assert_eq!(
        state.message,
        "the component that provides \"fake\" is not for this namespace"
    );
}
