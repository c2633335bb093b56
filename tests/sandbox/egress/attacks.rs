//! Tokens as attackers make them.

use bellpull_core::Timestamp;
use bellpull_egress::EgressSettings;
use bellpull_tests::issuer::{Issuer, KeyKind, base64url, signing_input};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{AUDIENCE, assert_outcome, expecting, issuers};

/// A right token signed with a MAC under what everybody may know.
fn with_mac(issuer: &Issuer, secret: &[u8]) -> String {
    let header = json!({"alg": "HS256", "kid": "key-0"});
    let signed = signing_input(&header, &issuer.claims(json!({"aud": AUDIENCE})));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", base64url(&mac.finalize().into_bytes()))
}

/// A right token with other claims under its signature.
fn with_claims(token: &str, claims: &Value) -> String {
    let mut parts: Vec<&str> = token.split('.').collect();
    let claims = base64url(claims.to_string().as_bytes());
    parts[1] = &claims;
    parts.join(".")
}

#[tokio::test]
async fn a_token_that_is_not_the_issuers_is_refused() {
    let good = Issuer::start(None, KeyKind::Rsa).expect("an issuer");
    let evil = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let right = good.token(json!({"aud": AUDIENCE}));
    let now = Timestamp::now().as_second();
    let aud = json!({"aud": AUDIENCE});
    let forged = |header: Value| {
        let claims = json!({"aud": AUDIENCE, "iss": good.url()});
        evil.sign(&header, claims)
    };
    let evil_keys = format!("{}/keys", evil.url());
    let unsigned = signing_input(&json!({"alg": "none"}), &good.claims(aud.clone()));
    let public = good.jwks()["keys"][0].clone();
    let modulus = public["n"].as_str().expect("a modulus").to_owned();
    let cases = [
        ("as it should be", right.clone(), "verified", ""),
        (
            "audiences",
            good.token(json!({"aud": ["other", AUDIENCE]})),
            "verified",
            "",
        ),
        (
            "no algorithm",
            format!("{unsigned}."),
            "unauthenticated",
            "algorithm is \"none\"",
        ),
        (
            "the public key as a secret",
            with_mac(&good, modulus.as_bytes()),
            "unauthenticated",
            "algorithm is \"HS256\"",
        ),
        (
            "the published key as a secret",
            with_mac(&good, public.to_string().as_bytes()),
            "unauthenticated",
            "algorithm is \"HS256\"",
        ),
        (
            "an algorithm of another key",
            good.sign(&json!({"alg": "ES256", "kid": "key-0"}), aud.clone()),
            "unauthenticated",
            "not for the token's algorithm",
        ),
        (
            "a signature with another digest",
            {
                let other = good.sign(&json!({"alg": "RS512", "kid": "key-0"}), aud.clone());
                let signature = other.rsplit('.').next().expect("a signature");
                let (signed, _) = right.rsplit_once('.').expect("a signature");
                format!("{signed}.{signature}")
            },
            "unauthenticated",
            "has not signed",
        ),
        (
            "other claims under the signature",
            with_claims(
                &right,
                &good.claims(json!({"aud": AUDIENCE, "admin": true})),
            ),
            "unauthenticated",
            "has not signed",
        ),
        (
            "a slash after the issuer",
            good.token(json!({"aud": AUDIENCE, "iss": format!("{}/", good.url())})),
            "unauthenticated",
            "issuer is",
        ),
        (
            "no issuer",
            good.token(json!({"aud": AUDIENCE, "iss": null})),
            "unauthenticated",
            "'iss'",
        ),
        (
            "another issuer",
            evil.token(aud.clone()),
            "unauthenticated",
            "issuer is",
        ),
        (
            "no audience",
            good.token(json!({})),
            "unauthenticated",
            "no 'aud'",
        ),
        (
            "another audience",
            good.token(json!({"aud": "x"})),
            "unauthenticated",
            "audience is",
        ),
        (
            "expired",
            good.token(json!({"aud": AUDIENCE, "exp": now - 61})),
            "unauthenticated",
            "expired",
        ),
        (
            "without an end",
            good.token(json!({"aud": AUDIENCE, "exp": null})),
            "unauthenticated",
            "no 'exp'",
        ),
        (
            "not yet",
            good.token(json!({"aud": AUDIENCE, "nbf": now + 120})),
            "unauthenticated",
            "'nbf' is",
        ),
        (
            "another key by the same name",
            forged(json!({"alg": "ES256", "kid": "key-0"})),
            "unauthenticated",
            "not for the token's algorithm",
        ),
        (
            "a key in the header",
            forged(json!({"alg": "ES256", "jwk": evil.jwks()["keys"][0]})),
            "unauthenticated",
            "not among the issuer's",
        ),
        (
            "keys at an address in the header",
            forged(json!({"alg": "ES256", "kid": "key-0", "jku": evil_keys, "x5u": evil_keys})),
            "unauthenticated",
            "not for the token's algorithm",
        ),
        (
            "a critical extension",
            good.sign(
                &json!({"alg": "RS256", "kid": "key-0", "crit": ["exp"]}),
                aud.clone(),
            ),
            "unauthenticated",
            "'crit'",
        ),
        (
            "64 KiB",
            good.token(json!({"aud": AUDIENCE, "more": "A".repeat(48 << 10)})),
            "unauthenticated",
            "at most 16384",
        ),
    ];
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(good.url());
    for (case, token, outcome, part) in &cases {
        let found = issuers.verify(token, &expected, Timestamp::now()).await;
        assert_outcome(&found, outcome, part, case);
    }
    assert_eq!(
        evil.asked(),
        (0, 0),
        "requests to an issuer that nobody named"
    );
    assert_eq!(good.asked(), (1, 1), "requests to the issuer");
}

#[tokio::test]
async fn what_needs_no_key_is_judged_without_asking_for_one() {
    let issuer = Issuer::start(None, KeyKind::Ed25519).expect("an issuer");
    let now = Timestamp::now().as_second();
    let issuers = issuers(&EgressSettings::default());
    for claims in [
        json!({"aud": "x"}),
        json!({"aud": AUDIENCE, "exp": now - 3600}),
        json!({"aud": AUDIENCE, "iss": "http://169.254.169.254"}),
    ] {
        let token = issuer.token(claims.clone());
        let found = issuers
            .verify(&token, &expecting(issuer.url()), Timestamp::now())
            .await;
        assert_outcome(&found, "unauthenticated", "", &claims.to_string());
    }
    assert_eq!(issuer.asked(), (0, 0), "requests to the issuer");
}
