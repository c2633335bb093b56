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

/// A Receiver of one issuer with these fields.
fn of_one_issuer(fields: Value) -> ReceiverObject {
    taker(json!([provider("https://a", fields)]))
}

fn with_secret() -> ReceiverObject {
    let mut object = of_one_issuer(json!({}));
    object.spec.secret_ref = receiver("a", json!({})).spec.secret_ref;
    object
}

/// Receivers whose fields do not go together, and what is said of them.
fn wrong_specs() -> Vec<(ReceiverObject, &'static str)> {
    let signed = receiver(
        "a",
        json!({"oidcProviders": [provider("https://a", json!({}))]}),
    );
    let twice = [
        provider("https://a", json!({})),
        provider("https://a", json!({})),
    ];
    vec![
        (
            taker(json!([])),
            "generic-oidc receiver requires at least one oidcProvider",
        ),
        (
            signed,
            "oidcProviders can only be set when type is generic-oidc",
        ),
        (
            with_secret(),
            "secretRef cannot be set when type is generic-oidc",
        ),
        (
            taker(json!([provider("ftp://a", json!({}))])),
            "oidcProviders[0]: issuerURL \"ftp://a\" must start with http:// or https://",
        ),
        (
            taker(json!(twice)),
            "oidcProviders[1]: duplicate issuerURL \"https://a\"",
        ),
    ]
}

/// Fields of an issuer that are wrong, and what is said of them.
fn wrong_issuers() -> Vec<(Value, &'static str)> {
    let variable = |name: &str, expression: &str| json!({"variables": [{"name": name, "expression": expression}]});
    let validation = |expression: &str, message: &str| json!({"validations": [{"expression": expression, "message": message}]});
    vec![
        (
            json!({"validations": []}),
            "at least one validation is required; without validations any caller able to obtain a \
             token from this issuer can trigger the Receiver",
        ),
        (variable("", "x"), "variables[0]: name is required"),
        (
            variable("x", ""),
            "variables[0] (name=\"x\"): expression is required",
        ),
        (
            validation("", "x"),
            "validations[0]: expression is required",
        ),
        (validation("x", ""), "validations[0]: message is required"),
    ]
}

/// The condition of a Receiver that is not ready.
async fn refusal(object: ReceiverObject) -> (String, String) {
    let plan = planned(object).await;
    let state = &plan.receivers[0];
    assert!(!state.ready, "{state:?}");
    (state.reason.as_str().to_owned(), state.message.clone())
}

#[tokio::test]
async fn what_is_wrong_with_issuers_is_said_as_flux_says_it() {
    let at = |rest: &str| format!("oidcProviders[0] (issuerURL=\"https://a\"): {rest}");
    let of_specs = wrong_specs()
        .into_iter()
        .map(|(object, message)| (object, "ValidationFailed", message.to_owned()));
    let of_issuers = wrong_issuers()
        .into_iter()
        .map(|(fields, message)| (of_one_issuer(fields), "ValidationFailed", at(message)));
    let uncompiled = (
        of_one_issuer(json!({"validations": [{"expression": "wrong", "message": "x"}]})),
        "InvalidCELExpression",
        at("it is wrong"),
    );
    for (object, reason, message) in of_specs.chain(of_issuers).chain([uncompiled]) {
        assert_eq!(refusal(object).await, (reason.to_owned(), message));
    }
}
