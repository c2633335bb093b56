//! Tokens of an issuer, with Flux's own notification-controller and with Bellpull.

use std::net::SocketAddr;

use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::flux::NotificationController;
use bellpull_tests::issuer::{Issuer, KeyKind};
use bellpull_tests::serve::{Served, request};
use serde_json::json;

use super::world::{World, own_plane};

const RECEIVER: &str = "ci";

/// Claims of a token, and Flux's answer.
fn rows() -> Vec<(serde_json::Value, u16)> {
    let audience = "notification-controller";
    vec![
        (
            json!({"aud": audience, "repository": "acme/app", "target": "app"}),
            200,
        ),
        (
            json!({"aud": [audience, "other"], "repository": "acme/app", "target": "app"}),
            200,
        ),
        (
            json!({"aud": "other", "repository": "acme/app", "target": "app"}),
            400,
        ),
        (
            json!({"aud": audience, "repository": "mallory/app", "target": "app"}),
            400,
        ),
        (json!({"aud": audience, "target": "app"}), 400),
        (
            json!({"aud": audience, "repository": "acme/app", "target": "app", "exp": 1}),
            400,
        ),
        (
            json!({"aud": audience, "repository": "acme/app", "target": "app", "iss": "https://other"}),
            400,
        ),
        // The filter has no value without the claim.
        (json!({"aud": audience, "repository": "acme/app"}), 500),
    ]
}

#[test]
fn the_same_tokens_are_taken() {
    let plane = own_plane();
    let issuer = Issuer::start(None, KeyKind::Rsa).expect("an issuer");
    let world = World::of(&plane, "tokens");
    world.repository("app", "{}");
    world.receiver(
        RECEIVER,
        &format!(
            "{{type: generic-oidc, resourceFilter: 'res.metadata.name == claims.target', \
             resources: [{{kind: GitRepository, name: app}}], \
             oidcProviders: [{{issuerURL: '{}', \
             variables: [{{name: ours, expression: 'claims.repository.startsWith(\"acme/\")'}}], \
             validations: [{{expression: 'vars.ours == true', message: not ours}}]}}]}}",
            issuer.url()
        ),
    );
    let tokens: Vec<String> = rows()
        .into_iter()
        .map(|(claims, _)| issuer.token(claims))
        .collect();
    let expected: Vec<u16> = rows().into_iter().map(|(_, status)| status).collect();

    let flux = NotificationController::start(&plane, Identity::Admin).expect("a controller");
    world.until_ready(RECEIVER);
    assert_eq!(answers(&world, flux.receiver, &tokens), expected, "Flux");
    drop(flux);
    let served: Served = world.bellpull(&["--flux-status-codes"]);
    assert_eq!(
        answers(&world, served.receiver, &tokens),
        expected,
        "Bellpull"
    );
    served.until_log("token validation failed: not ours");
    let log = served.stderr();
    for token in &tokens {
        assert!(!log.contains(token), "a token is in the log: {log}");
    }
    let (discovery, keys) = issuer.asked();
    assert!(discovery > 0 && keys > 0, "{discovery} {keys}");
}

/// The status for each token in turn, once the Receiver is served.
fn answers(world: &World<'_>, address: SocketAddr, tokens: &[String]) -> Vec<u16> {
    let path = World::path_in(&world.namespace, RECEIVER, "");
    let send = |token: &String| {
        let headers = [("authorization".to_owned(), format!("Bearer {token}"))];
        request(address, "POST", &path, &headers, b"{}").0
    };
    super::world::until(
        || "served".to_owned(),
        || !matches!(request(address, "POST", &path, &[], b"").0, 404 | 503),
    );
    tokens.iter().map(send).collect()
}
