use super::*;

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
    let newer = Extensions {
        others: true,
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
        (
            "used by another version",
            at(3, false, newer),
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
