//! Handshakes that ask for a MAC: what senders ask for is answered, and nothing that was handed out is
//! of use to a stranger.

use std::sync::Arc;

use bellpull::plan_types::SandboxRoute;
use bellpull_api::Metadata;
use bellpull_core::{
    Bytes, Delivery, DeliveryId, Encoding, Fault, ReceiverObject, Refusal, SecretBytes,
    SecretObject, Timestamp, Verdict, VerifyError, http,
};
use bellpull_proof::{HmacAlgorithm, MacEncoding, sign};
use bellpull_sandbox::{Catalog, Sandbox, SandboxSettings};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::patience::PATIENCE;
use bellpull_tests::{guest, verify};

const TOKEN: &str = "the-token-of-the-handshakes";
const PREVIOUS: &str = "the-token-before-it";

struct World {
    sandbox: Arc<Sandbox>,
    routes: Vec<Arc<SandboxRoute>>,
}

impl World {
    /// The test guest behind Receivers that sign, that are open by their path, and that answer no
    /// handshakes, in this order.
    async fn new() -> Self {
        let settings = SandboxSettings {
            verify_timeout: PATIENCE,
            ..SandboxSettings::default()
        };
        let sandbox = Arc::new(Sandbox::new(settings, Arc::new(Nowhere)).unwrap());
        let loaded = guest::load(&sandbox, guest::component()).await.unwrap();
        let catalog = Catalog::of_one(Arc::clone(&sandbox), &loaded);
        let value = |value: &str| SecretBytes::new(value.as_bytes().to_vec());
        let secret = SecretObject {
            namespace: "default".into(),
            name: "s".into(),
            data: [("token", TOKEN), ("previousToken", PREVIOUS)]
                .map(|(key, text)| (key.to_owned(), value(text)))
                .into(),
        };
        let receivers = [
            ("a", "handshakes"),
            ("b", "handshakes-by-path"),
            ("c", "misbehaving"),
        ]
        .map(receiver);
        let routes = guest::routes(receivers.into(), secret, &catalog).await;
        Self { sandbox, routes }
    }

    async fn asked(&self, route: usize, sent: &Sent<'_>) -> Result<Verdict, VerifyError> {
        verify(&self.sandbox, &self.routes[route], &sent.delivery()).await
    }

    /// The body of the reply.
    async fn replied(&self, sent: &Sent<'_>) -> String {
        match self.asked(0, sent).await {
            Ok(Verdict::Reply(reply)) => String::from_utf8(reply.body.to_vec()).unwrap(),
            other => panic!("{sent:?}: {other:?}"),
        }
    }
}

fn receiver((name, provider): (&str, &str)) -> ReceiverObject {
    let spec = serde_json::json!({
        "type": provider, "secretRef": {"name": "s"}, "resources": [],
    });
    let metadata = Metadata {
        name: name.to_owned(),
        ..Metadata::default()
    };
    ReceiverObject::new(&metadata, serde_json::from_value(spec).unwrap())
}

/// A delivery as a sender, or a stranger, makes it.
#[derive(Clone, Debug, Default)]
struct Sent<'a> {
    method: http::Method,
    query: &'a str,
    headers: Vec<(&'static str, &'a str)>,
    body: &'a str,
}

impl Sent<'_> {
    fn delivery(&self) -> Arc<Delivery> {
        let mut headers = http::HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(*name, value.parse().unwrap());
        }
        Arc::new(Delivery {
            id: DeliveryId::generate(),
            received: Timestamp::now(),
            method: self.method.clone(),
            target: format!("/hook/secret-path{}", self.query),
            headers,
            body: Bytes::from(self.body.to_owned()),
            client: Default::default(),
        })
    }
}

fn get(query: &str) -> Sent<'_> {
    Sent {
        query,
        ..Sent::default()
    }
}

fn post<'a>(body: &'a str, headers: &[(&'static str, &'a str)]) -> Sent<'a> {
    Sent {
        method: http::Method::POST,
        headers: headers.to_vec(),
        body,
        ..Sent::default()
    }
}

/// The MAC of somebody who knows the secret.
fn mac(encoding: MacEncoding, message: &str) -> String {
    let key = SecretBytes::new(TOKEN.as_bytes().to_vec());
    let message = [message.as_bytes()];
    encoding.of(&sign(
        &key,
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &message,
    )
    .unwrap())
}

fn hex(message: &str) -> String {
    mac(MacEncoding::Hex, message)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshakes_of_zoom_and_of_x_are_answered_without_a_secret_in_the_component() {
    let world = World::new().await;
    let token = "qgg8vlvZRS6UYooatFL8Aw";
    let of_zoom = format!(
        r#"{{"payload":{{"plainToken":"{token}"}},"event_ts":1654503849680,"event":"endpoint.url_validation"}}"#
    );
    let (of_x, query) = ("N_-Z2xhbmdsYWRlbg", "?crc_token=N_-Z2xhbmdsYWRlbg&nonce=1");
    for (sent, expected) in [
        (
            post(&of_zoom, &[]),
            format!(
                r#"{{"plainToken":"{token}","encryptedToken":"{}"}}"#,
                hex(token)
            ),
        ),
        (
            get(query),
            format!(
                r#"{{"response_token":"sha256={}"}}"#,
                mac(MacEncoding::Base64, of_x)
            ),
        ),
    ] {
        assert_eq!(world.replied(&sent).await, expected, "{sent:?}");
    }
    // Deliveries after it are signed as both do.
    let signed = hex(r#"v0:1700000000:{"event":"a"}"#);
    let headers = [("x-time", "1700000000"), ("x-mac", signed.as_str())];
    let got = world.asked(0, &post(r#"{"event":"a"}"#, &headers)).await;
    assert!(matches!(got, Ok(Verdict::Accept(_))), "{got:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_could_be_a_delivery_is_refused() {
    let world = World::new().await;
    let long = format!("?crc_token={}", "a".repeat(129));
    let zoom = |token: &str| {
        let token = serde_json::json!(token);
        format!(r#"{{"event":"endpoint.url_validation","payload":{{"plainToken":{token}}}}}"#)
    };
    let (forged, timed) = (
        zoom(r#"{"event":"push"}"#),
        zoom(r#"v0:1700000000:{"event":"push"}"#),
    );
    let (empty, spaced) = (zoom(""), zoom("a b"));
    let two = [("x-do", "sign-header"), ("x-a", "1"), ("x-a", "1")];
    for sent in [
        get("?crc_token=%7B%22event%22%3A%22push%22%7D"),
        get("?crc_token=v0%3A1700000000%3A%7B%7D"),
        get("?crc_token=a%2Eb"),
        get("?crc_token="),
        get("?crc_token"),
        get("?other=1"),
        get("?crc_token=1&crc_token=2"),
        get("?crc_token=1&crc_token=1"),
        get(&long),
        post(&forged, &[]),
        post(&timed, &[]),
        post(&empty, &[]),
        post(&spaced, &[]),
        post(
            r#"{"event":"endpoint.url_validation","payload":{"plainToken":5}}"#,
            &[],
        ),
        post("", &two),
        post("", &[("x-do", "sign-header"), ("x-a", "a:b")]),
        post("a=1&a=2", &[("x-do", "sign-form")]),
        post("a={}", &[("x-do", "sign-form")]),
    ] {
        for route in [0, 1] {
            let got = world.asked(route, &sent).await;
            assert!(
                matches!(got, Err(VerifyError::Refused(Refusal::Malformed(_)))),
                "{sent:?} at {route}: {got:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mac_that_was_handed_out_proves_nothing() {
    let world = World::new().await;
    for challenge in ["123", "true", "null", "7e5b2d-_"] {
        let query = format!("?crc_token={challenge}");
        let handed_out = world.replied(&get(&query)).await;
        assert!(handed_out.contains(&mac(MacEncoding::Base64, challenge)));
        let asked = [("x-do", "sign-header"), ("x-a", challenge)];
        let in_hex = world.replied(&post("", &asked)).await;
        assert_eq!(in_hex, hex(challenge), "{challenge}");
        let forged = post(challenge, &[("x-mac", in_hex.as_str())]);
        let got = world.asked(0, &forged).await;
        assert!(
            matches!(got, Err(VerifyError::Refused(Refusal::Unauthenticated(_)))),
            "{challenge}: {got:?}"
        );
    }
    // What nobody was handed a MAC of is a delivery as ever.
    let signed = hex("[123]");
    let got = world
        .asked(0, &post("[123]", &[("x-mac", signed.as_str())]))
        .await;
    assert!(matches!(got, Ok(Verdict::Accept(_))), "{got:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_has_nothing_signed_before_the_proof_but_what_was_presented() {
    let world = World::new().await;
    let query = |ask| Sent {
        query: "?abc",
        ..post("abc", &[("x-do", ask), ("x-a", "abc"), ("x-b", "def")])
    };
    for (route, ask, fault) in [
        (0, "sign-own-bytes", Fault::BadContract),
        (0, "sign-nothing", Fault::BadContract),
        (0, "sign-body", Fault::BadContract),
        (0, "sign-query", Fault::BadContract),
        (0, "sign-target", Fault::BadContract),
        (0, "sign-two", Fault::BadContract),
        (0, "sign-after-empty", Fault::BadContract),
        (0, "prove-and-sign", Fault::BadContract),
        (1, "sign-own-bytes", Fault::BadContract),
        (1, "sign-body", Fault::BadContract),
        (0, "sign-by-another", Fault::BadContract),
        (0, "sign-as-text", Fault::BadContract),
        (2, "sign-in-reply", Fault::BadContract),
        (0, "sign-often", Fault::Budget),
    ] {
        let got = world.asked(route, &query(ask)).await;
        let is = matches!(&got, Err(VerifyError::Faulted(got, _)) if *got == fault);
        assert!(is, "{ask} at {route}: {got:?}");
        // A delivery that is none of the faults, so that the component does not rest.
        assert!(!world.replied(&get("?crc_token=1")).await.is_empty());
    }
    // With the proof it may.
    let signed = hex("abc.");
    let headers = [("x-do", "prove-and-sign"), ("x-mac", signed.as_str())];
    assert_eq!(world.replied(&post("abc.", &headers)).await, hex("v0:abc."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_value_alone_makes_macs_and_none_gets_out_beside_them() {
    let world = World::new().await;
    let asked = [("x-do", "tell-in-two"), ("x-a", TOKEN), ("x-b", "abc")];
    let told = world.replied(&post("", &asked)).await;
    assert_eq!(told, format!("[redacted]{}", hex("abc")));
}
