use serde_json::{Value, json};

use super::*;

fn provider(url: &str, more: Value) -> Value {
    let mut whole = json!({
        "issuerURL": url,
        "validations": [{"expression": "right", "message": "not you"}],
    });
    for (field, value) in more.as_object().unwrap() {
        whole[field] = value.clone();
    }
    whole
}

fn taker(providers: Value) -> ReceiverObject {
    let mut object = receiver(
        "a",
        json!({"type": "generic-oidc", "oidcProviders": providers}),
    );
    object.spec.secret_ref = None;
    object
}

async fn planned(object: ReceiverObject) -> Plan {
    let fake = Fake::new();
    Planner::new()
        .plan(&objects(&[object], &TOKEN), &fake, &fake)
        .await
}

#[tokio::test]
async fn what_takes_tokens_has_a_path_without_one_and_tells_whose() {
    let issuer = "https://issuer.example";
    let object = taker(json!([
        provider(issuer, json!({})),
        provider("http://other", json!({"audience": "us"})),
    ]));
    let plan = planned(object).await;
    let path = path("a", "");
    let Some(Entry::Serving(route)) = plan.routes.get(&path) else {
        panic!("{:?}", plan.receivers);
    };
    let config: Value = serde_json::from_str(&route.bound.view.config).unwrap();
    let expected = json!({"issuers": [
        {"issuer": issuer, "audience": "notification-controller"},
        {"issuer": "http://other", "audience": "us"},
    ]});
    assert_eq!(config, expected);
    let issuers: Vec<&str> = route
        .filters
        .issuers
        .iter()
        .map(|one| one.issuer.as_str())
        .collect();
    assert_eq!(issuers, [issuer, "http://other"]);
}

#[tokio::test]
async fn what_is_wrong_with_issuers_is_said_as_flux_says_it() {
    let url = "https://a";
    let with_secret = ReceiverObject {
        spec: bellpull_api::ReceiverSpec {
            secret_ref: receiver("a", json!({})).spec.secret_ref,
            ..taker(json!([provider(url, json!({}))])).spec
        },
        ..taker(json!([]))
    };
    let signed = receiver("a", json!({"oidcProviders": [provider(url, json!({}))]}));
    let at = |rest: &str| format!("oidcProviders[0] (issuerURL=\"https://a\"): {rest}");
    let variable = |name: &str, expression: &str| json!({"variables": [{"name": name, "expression": expression}]});
    let validation = |expression: &str, message: &str| json!({"validations": [{"expression": expression, "message": message}]});
    let none = "at least one validation is required; without validations any caller able to obtain \
                a token from this issuer can trigger the Receiver";
    let one = |more: Value| taker(json!([provider(url, more)]));
    let invalid = "ValidationFailed";
    let cases = [
        (
            taker(json!([])),
            invalid,
            "generic-oidc receiver requires at least one oidcProvider".to_owned(),
        ),
        (
            signed,
            invalid,
            "oidcProviders can only be set when type is generic-oidc".to_owned(),
        ),
        (
            with_secret,
            invalid,
            "secretRef cannot be set when type is generic-oidc".to_owned(),
        ),
        (
            taker(json!([provider("ftp://a", json!({}))])),
            invalid,
            "oidcProviders[0]: issuerURL \"ftp://a\" must start with http:// or https://"
                .to_owned(),
        ),
        (
            taker(json!([provider(url, json!({})), provider(url, json!({}))])),
            invalid,
            "oidcProviders[1]: duplicate issuerURL \"https://a\"".to_owned(),
        ),
        (one(json!({"validations": []})), invalid, at(none)),
        (
            one(variable("", "x")),
            invalid,
            at("variables[0]: name is required"),
        ),
        (
            one(variable("x", "")),
            invalid,
            at("variables[0] (name=\"x\"): expression is required"),
        ),
        (
            one(validation("", "x")),
            invalid,
            at("validations[0]: expression is required"),
        ),
        (
            one(validation("x", "")),
            invalid,
            at("validations[0]: message is required"),
        ),
        (
            one(validation("wrong", "x")),
            "InvalidCELExpression",
            at("it is wrong"),
        ),
    ];
    for (object, reason, message) in cases {
        let plan = planned(object).await;
        let state = &plan.receivers[0];
        let said = (state.ready, state.reason.as_str(), state.message.as_str());
        assert_eq!(said, (false, reason, message.as_str()));
    }
}
