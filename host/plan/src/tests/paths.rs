use super::*;

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
    unreadable
        .unreadable
        .push(UnreadableReceiver { id, problem: None });
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
