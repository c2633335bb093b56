//! Issuers whose answers are wrong or lead elsewhere.

use bellpull_core::Timestamp;
use bellpull_egress::{EgressMetrics, EgressSettings, SettingsError};
use bellpull_tests::https::{Authority, Reply};
use bellpull_tests::issuer::{Issuer, KeyKind};
use serde_json::json;

use super::{AUDIENCE, assert_outcome, expecting, issuers, lasting, outcome, trusting};

const METADATA: &str = "http://169.254.169.254/latest/meta-data/";

fn redirection(to: &str) -> Reply {
    Reply::status(302, "").with("location", to)
}

fn metadata(issuer: &str, keys: &str) -> Reply {
    Reply::ok(json!({"issuer": issuer, "jwks_uri": keys}).to_string())
}

/// An answer to discovery, and a part of what is said of it.
type Wrong = (&'static str, Reply, &'static str);

/// Answers that lead away from the issuer.
fn leading_elsewhere(url: &str, other: &str) -> Vec<Wrong> {
    let slash = format!("{url}/");
    let own_keys = format!("{url}/keys");
    let plain_keys = own_keys.replace("https:", "http:");
    vec![
        (
            "a redirection to metadata",
            redirection(METADATA),
            "answered 302",
        ),
        (
            "a redirection to keys",
            redirection(&own_keys),
            "answered 302",
        ),
        (
            "a permanent redirection",
            Reply::status(308, "").with("location", &slash),
            "308",
        ),
        (
            "a slash after the issuer",
            metadata(&slash, &own_keys),
            "says that the issuer is",
        ),
        (
            "another issuer",
            metadata(other, &format!("{other}/keys")),
            "says that the issuer is",
        ),
        ("keys at metadata", metadata(url, METADATA), "is not https"),
        (
            "keys at metadata by https",
            metadata(url, "https://169.254.169.254/"),
            "169.254.169.254 is link-local",
        ),
        (
            "keys in a file",
            metadata(url, "file:///etc/passwd"),
            "is not https",
        ),
        (
            "keys without TLS",
            metadata(url, &plain_keys),
            "is not https",
        ),
    ]
}

/// Answers that are no issuer's metadata.
fn without_metadata(url: &str) -> Vec<Wrong> {
    let own_keys = format!("{url}/keys");
    let long = "\u{1b}[2J".repeat(10_000);
    let much = " ".repeat((256 << 10) + 1);
    vec![
        (
            "no keys",
            Reply::ok(json!({"issuer": url}).to_string()),
            "jwks_uri",
        ),
        ("no JSON", Reply::ok("<html>"), "not an issuer's metadata"),
        ("not found", Reply::status(404, ""), "answered 404"),
        (
            "too much",
            Reply::ok(much.clone()),
            "longer than 262144 bytes",
        ),
        (
            "too much in chunks",
            Reply::ok(much).in_chunks(),
            "longer than 262144 bytes",
        ),
        (
            "a long text where none should be",
            Reply::ok(json!({"issuer": url, "jwks_uri": {"a": 1}, "more": long}).to_string()),
            "not an issuer's metadata",
        ),
        (
            "a long issuer",
            metadata(&long, &own_keys),
            "says that the issuer is",
        ),
        ("keys at a long address", metadata(url, &long), "jwks_uri"),
    ]
}

#[tokio::test]
async fn discovery_leads_nowhere_else() {
    let authority = Authority::new().expect("an authority");
    let issuer = Issuer::start(Some(&authority), KeyKind::P256).expect("an issuer");
    let evil = Issuer::start(Some(&authority), KeyKind::P256).expect("an issuer");
    let url = issuer.url();
    let cases = [leading_elsewhere(url, evil.url()), without_metadata(url)];
    for (case, reply, part) in cases.into_iter().flatten() {
        issuer.answer_discovery(Some(reply));
        let found = issuers(&trusting(&authority))
            .verify(&lasting(&issuer), &expecting(url), Timestamp::now())
            .await;
        assert_outcome(&found, "unavailable", part, case);
        let (_, why) = outcome(&found);
        assert!(why.len() < 1200 && !why.contains('\u{1b}'), "{case}: {why}");
    }
    assert_eq!(issuer.asked().1, 0, "requests for its keys");
    assert_eq!(evil.asked(), (0, 0), "requests to the other issuer");
}

#[tokio::test]
async fn keys_must_be_keys() {
    let issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let mut padded = issuer.jwks();
    padded["more"] = "A".repeat(256 << 10).into();
    let cases = [
        (
            "too many bytes",
            Reply::ok(padded.to_string()),
            "longer than 262144 bytes",
        ),
        (
            "none",
            Reply::ok(json!({"keys": []}).to_string()),
            "no key for signatures",
        ),
        (
            "a secret",
            Reply::ok(json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}).to_string()),
            "no key for signatures",
        ),
        ("no JSON", Reply::ok("keys"), "not a JWK set"),
        (
            "a long text in the place of keys",
            Reply::ok(json!({"keys": "A".repeat(100_000)}).to_string()),
            "not a JWK set",
        ),
        ("a redirection", redirection(METADATA), "answered 302"),
        (
            "an error",
            Reply::status(500, issuer.jwks().to_string()),
            "answered 500",
        ),
    ];
    for (case, reply, part) in cases {
        issuer.answer_keys(Some(reply));
        let found = issuers(&EgressSettings::default())
            .verify(
                &lasting(&issuer),
                &expecting(issuer.url()),
                Timestamp::now(),
            )
            .await;
        assert_outcome(&found, "unavailable", part, case);
        let (_, why) = outcome(&found);
        assert!(why.len() < 1200, "{case}: {why}");
    }
}

/// What comes of a token whose issuer has this name.
async fn assert_asked(
    settings: &EgressSettings,
    issuer: &Issuer,
    name: &str,
    (expected, part): (&str, &str),
) {
    let token = issuer.token(json!({"aud": AUDIENCE, "iss": name}));
    let found = issuers(settings)
        .verify(&token, &expecting(name), Timestamp::now())
        .await;
    assert_outcome(&found, expected, part, name);
}

#[tokio::test]
async fn an_issuer_is_asked_where_it_may_be() {
    let authority = Authority::new().expect("an authority");
    let secure = Issuer::start(Some(&authority), KeyKind::P256).expect("an issuer");
    let plain = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let (trusting, untrusting) = (trusting(&authority), EgressSettings::default());
    let public_only = EgressSettings {
        public_issuers_only: true,
        ..trusting.clone()
    };
    for (settings, issuer, expected) in [
        (&trusting, &secure, ("verified", "")),
        (&trusting, &plain, ("verified", "")),
        (&untrusting, &secure, ("unavailable", "certificate")),
        (
            &public_only,
            &secure,
            ("unavailable", "is a private address"),
        ),
        (&public_only, &plain, ("unavailable", "only https is asked")),
    ] {
        assert_asked(settings, issuer, issuer.url(), expected).await;
    }
    let numbered = format!("http://127.0.0.1:{}", plain.port());
    for (name, part) in [
        (numbered.as_str(), "says that the issuer is"),
        ("http://[fd00:ec2::254]", "never asked"),
        ("http://169.254.169.254", "never asked"),
        ("issuer", "relative URL"),
        ("file:///tmp", "not a scheme"),
    ] {
        assert_asked(&untrusting, &plain, name, ("unavailable", part)).await;
    }
}

#[test]
fn an_authority_must_be_a_certificate() {
    let authority = Authority::new().expect("an authority");
    let written = std::fs::read_to_string(authority.file()).expect("a file");
    assert_eq!(written, authority.pem());
    let broken = authority.pem().replacen("MII", "MIJ", 1);
    for (pem, expected) in [
        (String::new(), SettingsError::NoCertificate(1).to_string()),
        ("ca".to_owned(), SettingsError::NoCertificate(1).to_string()),
        (broken, "trusted authorities: ".to_owned()),
    ] {
        let settings = EgressSettings {
            trusted_authorities: vec![authority.pem().to_owned(), pem.clone()],
            ..EgressSettings::default()
        };
        let found = bellpull_egress::Issuers::new(&settings, EgressMetrics::default()).err();
        let found = found.expect("an error").to_string();
        assert!(found.starts_with(&expected), "{pem}: {found}");
    }
}
