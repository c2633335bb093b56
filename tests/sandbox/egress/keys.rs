//! The lifetime of an issuer's keys.

use bellpull_core::Timestamp;
use bellpull_egress::{EgressMetrics, EgressSettings, Issuers};
use bellpull_tests::https::{Authority, Reply};
use bellpull_tests::issuer::{Issuer, KeyKind};
use bellpull_tests::patience::comes_in_task;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use prometheus_client::registry::Registry;
use serde_json::json;

use super::{AUDIENCE, after, assert_outcome, expecting, issuers, lasting, outcome, trusting};

const HOUR: i64 = 3600;

fn exposed(metrics: &EgressMetrics) -> String {
    let mut registry = Registry::default();
    metrics.register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).expect("metrics");
    text
}

/// Waits until a line is exposed.
async fn counted(metrics: &EgressMetrics, line: &str) {
    let is_exposed = || async { exposed(metrics).lines().any(|found| found == line) };
    assert!(
        comes_in_task(is_exposed).await,
        "no {line} in {}",
        exposed(metrics)
    );
}

#[tokio::test]
async fn each_algorithm_verifies_and_gives_the_claims() {
    let authority = Authority::new().expect("an authority");
    let issuers = issuers(&trusting(&authority));
    for (kind, algorithms) in [
        (
            KeyKind::Rsa,
            ["RS256", "RS384", "RS512", "PS256"].as_slice(),
        ),
        (KeyKind::P256, &["ES256"]),
        (KeyKind::P384, &["ES384"]),
        (KeyKind::Ed25519, &["EdDSA"]),
    ] {
        let issuer = Issuer::start(Some(&authority), kind).expect("an issuer");
        for algorithm in algorithms {
            let claims = json!({"aud": AUDIENCE, "groups": ["a", {"b": 1.5}]});
            // Which key it is need not be said.
            for header in [
                json!({"alg": algorithm, "kid": "key-0"}),
                json!({"alg": algorithm}),
            ] {
                let token = issuer.sign(&header, claims.clone());
                let expected = expecting(issuer.url());
                let found = issuers.verify(&token, &expected, Timestamp::now()).await;
                let found = found.unwrap_or_else(|error| panic!("{header}: {error}"));
                assert_eq!(found.get("groups"), claims.get("groups"), "{header}");
            }
        }
        assert_eq!(issuer.asked(), (1, 1), "{kind:?}");
    }
}

#[tokio::test]
async fn unknown_keys_are_asked_for_once_a_minute() {
    let issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(issuer.url());
    let right = lasting(&issuer);
    for (minute, seconds) in [(1, 0), (1, 30), (2, 61), (2, 90), (3, 122)] {
        let storm = (0..100).map(|number| {
            let header = json!({"alg": "ES256", "kid": format!("no-{number}")});
            let token = issuer.sign(&header, json!({"aud": AUDIENCE}));
            let (issuers, expected) = (&issuers, &expected);
            async move { issuers.verify(&token, expected, after(seconds)).await }
        });
        for found in join_all(storm).await {
            assert_outcome(
                &found,
                "unauthenticated",
                "not among the issuer's",
                "a storm",
            );
        }
        assert_eq!(issuer.asked(), (minute, minute), "after {seconds} s");
        let found = issuers.verify(&right, &expected, after(seconds)).await;
        assert_outcome(&found, "verified", "", "a right token beside the storm");
    }
}

#[tokio::test]
async fn a_new_key_replaces_the_old_one() {
    let issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(issuer.url());
    let old = lasting(&issuer);
    let found = issuers.verify(&old, &expected, after(0)).await;
    assert_outcome(&found, "verified", "", "the first key");
    issuer.rotate().expect("a new key");
    let new = lasting(&issuer);
    for (case, token, seconds, expected_outcome) in [
        ("the new key at once", &new, 1, "unauthenticated"),
        ("the old key meanwhile", &old, 2, "verified"),
        ("the new key after a minute", &new, 62, "verified"),
        ("the old key then", &old, 63, "unauthenticated"),
    ] {
        let found = issuers.verify(token, &expected, after(seconds)).await;
        assert_outcome(&found, expected_outcome, "", case);
    }
    assert_eq!(issuer.asked(), (2, 2));
}

#[tokio::test]
async fn keys_are_kept_as_long_as_the_issuer_says() {
    for (says, fresh) in [
        ("public, max-age=600", 600),
        ("max-age=1", 300),
        ("no-store", 300),
        ("max-age=9999999", 24 * HOUR),
    ] {
        let issuer = Issuer::start(None, KeyKind::Ed25519).expect("an issuer");
        issuer.cache_control(says);
        let issuers = issuers(&EgressSettings::default());
        let token = lasting(&issuer);
        for (seconds, asked) in [(0, 1), (fresh - 5, 1), (fresh + 5, 2)] {
            let expected = expecting(issuer.url());
            let found = issuers.verify(&token, &expected, after(seconds)).await;
            assert_outcome(&found, "verified", "", says);
            assert_eq!(issuer.asked(), (asked, asked), "{says:?} after {seconds} s");
        }
    }
}

#[tokio::test]
async fn an_issuer_that_is_down_is_lived_without_for_a_day() {
    let mut issuer = Issuer::start(None, KeyKind::P384).expect("an issuer");
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(issuer.url());
    let token = lasting(&issuer);
    let found = issuers.verify(&token, &expected, after(0)).await;
    assert_outcome(&found, "verified", "", "while it is up");
    issuer.stop();
    for (seconds, expected_outcome) in [
        (HOUR - 5, "verified"),
        (HOUR + 5, "verified"),
        (25 * HOUR - 5, "verified"),
        (25 * HOUR + 65, "unavailable"),
    ] {
        let found = issuers.verify(&token, &expected, after(seconds)).await;
        assert_outcome(&found, expected_outcome, "", &format!("after {seconds} s"));
    }
    let stranger = issuer.sign(
        &json!({"alg": "ES384", "kid": "new"}),
        json!({"aud": AUDIENCE}),
    );
    let found = issuers.verify(&stranger, &expected, after(0)).await;
    assert_outcome(
        &found,
        "unavailable",
        "discovery at",
        "a key that is perhaps new",
    );
    issuer.resume().expect("the issuer");
    let found = issuers.verify(&token, &expected, after(26 * HOUR)).await;
    assert_outcome(&found, "verified", "", "when it is up again");
}

#[tokio::test]
async fn an_issuer_that_was_never_up_is_asked_again_after_ten_seconds() {
    let mut issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(issuer.url());
    let token = lasting(&issuer);
    issuer.stop();
    let found = issuers.verify(&token, &expected, after(0)).await;
    assert_outcome(&found, "unavailable", "discovery at", "while it is down");
    issuer.resume().expect("the issuer");
    let found = issuers.verify(&token, &expected, after(5)).await;
    assert_outcome(&found, "unavailable", "discovery at", "right after");
    assert_eq!(issuer.asked(), (0, 0), "requests right after");
    let found = issuers.verify(&token, &expected, after(12)).await;
    assert_outcome(&found, "verified", "", "then");
}

#[tokio::test]
async fn a_slow_issuer_is_waited_for_together() {
    let issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    issuer.answer_discovery(Some(Reply::Silence));
    let metrics = EgressMetrics::default();
    let issuers = Issuers::new(&EgressSettings::default(), metrics.clone()).expect("issuers");
    let expected = expecting(issuer.url());
    let token = lasting(&issuer);
    let waiting = (0..20).map(|_| issuers.verify(&token, &expected, after(0)));
    for found in join_all(waiting).await {
        assert_outcome(&found, "unavailable", "within 2 s", "a delivery that waits");
    }
    assert_eq!(issuer.asked(), (1, 0), "requests of twenty deliveries");
    issuer.answer_discovery(None);
    // Who comes while the request is under way shares its end.
    counted(
        &metrics,
        r#"bellpull_egress_fetches_total{kind="keys",result="failed"} 1"#,
    )
    .await;
    let found = issuers.verify(&token, &expected, after(15)).await;
    assert_outcome(&found, "verified", "", "when it answers");
}

#[tokio::test]
async fn a_request_survives_the_delivery_that_began_it() {
    let issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let issuers = issuers(&EgressSettings::default());
    let expected = expecting(issuer.url());
    let token = lasting(&issuer);
    let given_up = issuers.verify(&token, &expected, after(0)).now_or_never();
    assert!(given_up.is_none(), "no answer at once: {given_up:?}");
    let found = issuers.verify(&token, &expected, after(0)).await;
    assert_outcome(&found, "verified", "", "the next delivery");
    assert_eq!(issuer.asked(), (1, 1), "requests of both");
}

#[tokio::test]
async fn keys_are_fetched_ahead() {
    let mut issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let metrics = EgressMetrics::default();
    let issuers = Issuers::new(&EgressSettings::default(), metrics.clone()).expect("issuers");
    issuers.expect(issuer.url());
    counted(
        &metrics,
        r#"bellpull_egress_fetches_total{kind="keys",result="ok"} 2"#,
    )
    .await;
    issuer.stop();
    let found = issuers
        .verify(&lasting(&issuer), &expecting(issuer.url()), after(0))
        .await;
    assert_outcome(&found, "verified", "", "a delivery afterwards");
}

#[tokio::test]
async fn what_happens_is_counted() {
    let mut issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    let metrics = EgressMetrics::default();
    let issuers = Issuers::new(&EgressSettings::default(), metrics.clone()).expect("issuers");
    let expected = expecting(issuer.url());
    let token = lasting(&issuer);
    for (token, seconds) in [(token.as_str(), 0), (token.as_str(), 1), ("none", 1)] {
        let found = issuers.verify(token, &expected, after(seconds)).await;
        assert_ne!(outcome(&found).0, "unavailable");
    }
    issuer.stop();
    let nowhere = expecting("http://169.254.169.254");
    let lost = issuer.token(json!({"aud": AUDIENCE, "iss": "http://169.254.169.254"}));
    let found = issuers.verify(&lost, &nowhere, after(0)).await;
    assert_outcome(
        &found,
        "unavailable",
        "never asked",
        "an issuer at a metadata address",
    );
    let found = issuers.verify(&token, &expected, after(26 * HOUR)).await;
    assert_outcome(&found, "unavailable", "", "an issuer that is down");
    let text = exposed(&metrics);
    for line in [
        r#"bellpull_egress_fetches_total{kind="keys",result="ok"} 2"#,
        r#"bellpull_egress_fetches_total{kind="keys",result="refused"} 1"#,
        r#"bellpull_egress_fetches_total{kind="keys",result="failed"} 1"#,
        r#"bellpull_egress_cached_total{kind="keys"} 1"#,
        r#"bellpull_token_verifications_total{result="verified"} 2"#,
        r#"bellpull_token_verifications_total{result="unauthenticated"} 1"#,
        r#"bellpull_token_verifications_total{result="unavailable"} 2"#,
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "no {line} in\n{text}"
        );
    }
}

/// Hundreds of issuers that accept and keep silent: one descriptor each, and none is left of those
/// that are asked ahead.
#[tokio::test(flavor = "multi_thread")]
async fn issuers_that_keep_silent_hold_up_no_delivery() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = silent.local_addr().expect("an address");
    let issuers = issuers(&EgressSettings::default());
    for name in 0..700 {
        issuers.expect(&format!("http://{at}/{name}"));
    }
    let issuer = Issuer::start(None, KeyKind::P256).expect("an issuer");
    // It is named, too, and so waits behind the others until a delivery needs it.
    issuers.expect(issuer.url());
    let (token, expected) = (lasting(&issuer), expecting(issuer.url()));
    let found = issuers.verify(&token, &expected, after(0)).await;
    assert_outcome(&found, "verified", "", "beside silent issuers");
}
