//! Tokens of attackers.

use bellpull_core::Timestamp;
use bellpull_egress::EgressSettings;
use bellpull_tests::issuer::{Issuer, KeyKind, base64url, signing_input};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{AUDIENCE, assert_outcome, expecting, issuers};

/// A right token signed by a MAC with a public value as its key.
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

/// A token with the signature of another one.
fn with_signature_of(token: &str, other: &str) -> String {
    let (signed, _) = token.rsplit_once('.').expect("a signature");
    let (_, signature) = other.rsplit_once('.').expect("a signature");
    format!("{signed}.{signature}")
}

/// A token, and a part of the reason for which it is refused.
type Refused = (&'static str, String, &'static str);

/// Tokens whose algorithm or signature is not that of the issuer's key.
fn with_wrong_signatures(issuer: &Issuer) -> Vec<Refused> {
    let aud = json!({"aud": AUDIENCE});
    let right = issuer.token(aud.clone());
    let unsigned = signing_input(&json!({"alg": "none"}), &issuer.claims(aud.clone()));
    let public = issuer.jwks()["keys"][0].clone();
    let modulus = public["n"].as_str().expect("a modulus");
    let by_rs512 = issuer.sign(&json!({"alg": "RS512", "kid": "key-0"}), aud.clone());
    let other_claims = issuer.claims(json!({"aud": AUDIENCE, "admin": true}));
    vec![
        (
            "no algorithm",
            format!("{unsigned}."),
            "algorithm is \"none\"",
        ),
        (
            "the public key as a secret",
            with_mac(issuer, modulus.as_bytes()),
            "algorithm is \"HS256\"",
        ),
        (
            "the published key as a secret",
            with_mac(issuer, public.to_string().as_bytes()),
            "algorithm is \"HS256\"",
        ),
        (
            "an algorithm of another key",
            issuer.sign(&json!({"alg": "ES256", "kid": "key-0"}), aud.clone()),
            "not for the token's algorithm",
        ),
        (
            "a signature with another digest",
            with_signature_of(&right, &by_rs512),
            "has not signed",
        ),
        (
            "other claims under the signature",
            with_claims(&right, &other_claims),
            "has not signed",
        ),
        (
            "a critical extension",
            issuer.sign(
                &json!({"alg": "RS256", "kid": "key-0", "crit": ["exp"]}),
                aud,
            ),
            "'crit'",
        ),
    ]
}

/// Tokens that the issuer has signed for somebody else, or for another time.
fn with_wrong_claims(issuer: &Issuer) -> Vec<Refused> {
    let now = Timestamp::now().as_second();
    let slash = format!("{}/", issuer.url());
    let long = "A".repeat(48 << 10);
    [
        (
            "a slash after the issuer",
            json!({"aud": AUDIENCE, "iss": slash}),
            "issuer is",
        ),
        ("no issuer", json!({"aud": AUDIENCE, "iss": null}), "'iss'"),
        ("no audience", json!({}), "no 'aud'"),
        ("another audience", json!({"aud": "x"}), "audience is"),
        (
            "expired",
            json!({"aud": AUDIENCE, "exp": now - 61}),
            "expired",
        ),
        (
            "without an end",
            json!({"aud": AUDIENCE, "exp": null}),
            "no 'exp'",
        ),
        (
            "not yet",
            json!({"aud": AUDIENCE, "nbf": now + 120}),
            "'nbf' is",
        ),
        (
            "64 KiB",
            json!({"aud": AUDIENCE, "more": long}),
            "at most 16384",
        ),
    ]
    .map(|(case, claims, part)| (case, issuer.token(claims), part))
    .to_vec()
}

/// Tokens in the issuer's name that somebody else has signed.
fn forged(issuer: &Issuer, forger: &Issuer) -> Vec<Refused> {
    let keys = format!("{}/keys", forger.url());
    let sign = |header: Value| {
        let claims = json!({"aud": AUDIENCE, "iss": issuer.url()});
        forger.sign(&header, claims)
    };
    vec![
        (
            "another issuer",
            forger.token(json!({"aud": AUDIENCE})),
            "issuer is",
        ),
        (
            "another key by the same name",
            sign(json!({"alg": "ES256", "kid": "key-0"})),
            "not for the token's algorithm",
        ),
        (
            "a key in the header",
            sign(json!({"alg": "ES256", "jwk": forger.jwks()["keys"][0]})),
            "not among the issuer's",
        ),
        (
            "keys at an address in the header",
            sign(json!({"alg": "ES256", "kid": "key-0", "jku": keys, "x5u": keys})),
            "not for the token's algorithm",
        ),
    ]
}

#[tokio::test]
async fn a_token_that_is_not_the_issuers_is_refused() {
    let good = Issuer::start(None, KeyKind::Rsa).expect("an issuer");
    let evil = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(good.url());
    for audience in [json!(AUDIENCE), json!(["other", AUDIENCE])] {
        let token = good.token(json!({"aud": audience}));
        let found = issuers.verify(&token, &expected, Timestamp::now()).await;
        assert_outcome(&found, "verified", "", &audience.to_string());
    }
    let refused = [
        with_wrong_signatures(&good),
        with_wrong_claims(&good),
        forged(&good, &evil),
    ];
    for (case, token, part) in refused.iter().flatten() {
        let found = issuers.verify(token, &expected, Timestamp::now()).await;
        assert_outcome(&found, "unauthenticated", part, case);
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
