//! A real component that misbehaves, and what comes of it.

mod facts;
mod faults;
mod host_calls;
mod told;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull::plan_types::SandboxRoute;
use bellpull_api::Metadata;
use bellpull_core::{
    Bytes, Delivery, DeliveryId, Encoding, Fault, ReceiverObject, Refusal, SecretBytes,
    SecretObject, Timestamp, Verdict, VerifyError, http,
};
use bellpull_proof::{HmacAlgorithm, sign};
use bellpull_sandbox::{Catalog, LoadError, Sandbox, SandboxSettings};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::patience::PATIENCE;
use bellpull_tests::{guest, verify};

const TOKEN: &str = "the-token-of-the-guest";
const USERNAME: &str = "the-user-of-the-guest";
const PASSWORD: &str = "the-password-of-the-guest";
const BODY: &str = "a body with the-token-of-the-guest in it";

struct World {
    sandbox: Arc<Sandbox>,
    routes: Vec<Arc<SandboxRoute>>,
}

impl World {
    /// A sandbox with the misbehaving component behind several Receivers. No busy machine ends its
    /// verifications early.
    async fn new(max_verifications: usize) -> Self {
        Self::with_timeout(PATIENCE, max_verifications).await
    }

    async fn with_timeout(verify_timeout: Duration, max_verifications: usize) -> Self {
        let settings = SandboxSettings {
            max_verifications,
            verify_timeout,
            ..SandboxSettings::default()
        };
        let sandbox = Arc::new(Sandbox::new(settings, Arc::new(Nowhere)).unwrap());
        let loaded = guest::load(&sandbox, guest::component()).await.unwrap();
        let catalog = Catalog::of_one(Arc::clone(&sandbox), &loaded);
        // Those of one value can be presented in each other's place.
        let data = [
            ("token", TOKEN),
            ("second", TOKEN),
            ("signingKey", TOKEN),
            ("username", USERNAME),
            ("password", PASSWORD),
        ]
        .map(|(key, value)| (key.to_owned(), SecretBytes::new(value.as_bytes().to_vec())))
        .into();
        let secret = SecretObject {
            namespace: "default".into(),
            name: "s".into(),
            data,
        };
        let mut receivers = ["a", "b"].map(receiver).to_vec();
        let mut in_body = receiver("c");
        in_body.spec.provider = "in-body".to_owned();
        receivers.push(in_body);
        let mut two_proofs = receiver("d");
        two_proofs.spec.provider = "two-proofs".to_owned();
        receivers.push(two_proofs);
        let mut in_form = receiver("e");
        in_form.spec.provider = "in-form".to_owned();
        receivers.push(in_form);
        let mut signed_and_basic = receiver("f");
        signed_and_basic.spec.provider = "signed-and-basic".to_owned();
        receivers.push(signed_and_basic);
        let routes = guest::routes(receivers, secret, &catalog).await;
        Self { sandbox, routes }
    }

    async fn asked(&self, what: &str) -> Result<Verdict, VerifyError> {
        let delivery = delivery(what, BODY.as_bytes());
        verify(&self.sandbox, &self.routes[0], &delivery).await
    }

    async fn faults(&self, what: &str, expected: Fault) {
        let got = self.asked(what).await;
        match got {
            Err(VerifyError::Faulted(fault, _)) => assert_eq!(fault, expected, "{what}"),
            other => panic!("{what}: expected {expected}, got {other:?}"),
        }
    }

    async fn serves(&self) {
        let verdict = self.asked("accept").await;
        assert!(matches!(verdict, Ok(Verdict::Accept(_))), "{verdict:?}");
    }
}

fn receiver(name: &str) -> ReceiverObject {
    let spec = serde_json::json!({
        "type": "misbehaving", "secretRef": {"name": "s"}, "resources": [],
    });
    let metadata = Metadata {
        name: name.to_owned(),
        ..Metadata::default()
    };
    ReceiverObject::new(&metadata, serde_json::from_value(spec).unwrap())
}

/// A delivery that asks for a misbehaviour. Its MAC is that of `signed`.
fn delivery(what: &str, signed: &[u8]) -> Arc<Delivery> {
    let key = SecretBytes::new(TOKEN.as_bytes().to_vec());
    let mac = sign(
        &key,
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &[signed],
    )
    .unwrap();
    let mut headers = http::HeaderMap::new();
    for (name, bytes) in [("x-mac", &mac[..]), ("x-told", BODY.as_bytes())] {
        let value = http::HeaderValue::from_bytes(&escape(bytes)).unwrap();
        headers.insert(name, value);
    }
    for (name, value) in [
        ("x-do", what),
        ("authorization", "Bearer abc"),
        ("cookie", "abc"),
        ("x-carrier", "abc"),
        ("x-open", "open"),
    ] {
        headers.insert(name, http::HeaderValue::from_str(value).unwrap());
    }
    Arc::new(Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::now(),
        method: http::Method::POST,
        target: "/hook/secret-path".to_owned(),
        headers,
        body: Bytes::from_static(BODY.as_bytes()),
        client: Default::default(),
    })
}

/// Bytes in hex: headers hold no control characters.
fn escape(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_misbehaviour_is_a_fault_of_its_kind_and_harms_no_other_delivery() {
    let faults = [
        ("accept-unproven", Fault::BadContract),
        ("ignore-unproven", Fault::BadContract),
        ("reply-unproven", Fault::BadContract),
        ("undeclared", Fault::BadContract),
        ("algorithm", Fault::BadContract),
        ("short-mac", Fault::BadContract),
        ("no-mac", Fault::BadContract),
        ("big-event", Fault::BadContract),
        ("ignore-with-much", Fault::BadContract),
        ("bad-status", Fault::BadContract),
        ("long-reply", Fault::BadContract),
        ("grow", Fault::Memory),
        ("recurse", Fault::Trap),
        ("abort", Fault::Trap),
        ("checks", Fault::Budget),
        ("calls", Fault::Budget),
    ];
    let world = World::new(8).await;
    for (what, expected) in faults {
        world.faults(what, expected).await;
        world.serves().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mac_over_the_components_own_bytes_proves_nothing() {
    let world = World::new(8).await;
    let delivery = delivery("own-bytes", b"mine");
    let got = verify(&world.sandbox, &world.routes[0], &delivery).await;
    assert!(
        matches!(got, Err(VerifyError::Faulted(Fault::BadContract, _))),
        "{got:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_readable_and_nothing_secret_gets_out() {
    let world = World::new(8).await;
    let table = [
        ("redacted", "[redacted] [redacted] [redacted] open"),
        (
            "early-body",
            "refused: the body may be read after the bound checks have succeeded",
        ),
        ("tell-in-reason", "a body with [redacted] in it"),
    ];
    for (what, expected) in table {
        let got = world.asked(what).await;
        let refusal = Refusal::Malformed(expected.to_owned());
        assert_eq!(got, Err(VerifyError::Refused(refusal)), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bound_beside_a_signature_is_asked_for_and_makes_up_for_nothing() {
    let world = World::new(8).await;
    for (what, presented, accepted) in [
        ("sign-and-present", TOKEN, true),
        ("sign-and-present", "another", false),
        ("accept", TOKEN, false),
        ("present-both", TOKEN, false),
    ] {
        let mut asked = Delivery::clone(&delivery(what, BODY.as_bytes()));
        let value = http::HeaderValue::from_str(presented).unwrap();
        asked.headers.insert("x-second", value);
        let got = verify(&world.sandbox, &world.routes[3], &Arc::new(asked)).await;
        let right = match &got {
            Ok(Verdict::Accept(_)) => accepted,
            Err(VerifyError::Faulted(Fault::BadContract, _)) => !accepted,
            _ => false,
        };
        assert!(right, "{what} with {presented}: {got:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_and_basic_credentials_that_are_bound_together_are_both_asked_for() {
    let world = World::new(8).await;
    let right = format!("{USERNAME}:{PASSWORD}");
    let wrong = format!("{USERNAME}:another");
    for (what, signed, presented, accepted) in [
        ("signature-and-basic", BODY, &right, true),
        ("signature-and-basic", "another body", &right, false),
        ("signature-and-basic", BODY, &wrong, false),
        // The component accepts all the same.
        ("signature-alone", BODY, &right, false),
        ("basic-alone", BODY, &right, false),
    ] {
        let mut asked = Delivery::clone(&delivery(what, signed.as_bytes()));
        let basic = format!("Basic {}", STANDARD.encode(presented));
        let basic = http::HeaderValue::from_str(&basic).unwrap();
        asked.headers.insert("authorization", basic);
        let got = verify(&world.sandbox, &world.routes[5], &Arc::new(asked)).await;
        let right = match &got {
            Ok(Verdict::Accept(_)) => accepted,
            Err(VerifyError::Faulted(Fault::BadContract, _)) => !accepted,
            _ => false,
        };
        assert!(right, "{what} of {signed:?} with {presented}: {got:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_in_the_body_is_matched_and_never_read() {
    let world = World::new(8).await;
    let body = format!(r#"{{"auth":{{"token":"{TOKEN}"}},"open":"yes"}}"#);
    let told = |what: &str| {
        let mut asked = Delivery::clone(&delivery(what, b""));
        asked.body = Bytes::from(body.clone());
        let asked = Arc::new(asked);
        let (sandbox, route) = (Arc::clone(&world.sandbox), Arc::clone(&world.routes[2]));
        async move { verify(&sandbox, &route, &asked).await }
    };
    let presented = told("present").await;
    assert!(matches!(presented, Ok(Verdict::Accept(_))), "{presented:?}");
    match told("read-around").await {
        Err(VerifyError::Refused(Refusal::Malformed(read))) => {
            assert!(!read.contains(TOKEN), "{read}");
            assert_eq!(read.matches("[redacted]").count(), 3, "{read}");
            assert!(read.starts_with("Err("), "the raw body is not read: {read}");
            assert!(read.contains("yes"), "what hides nothing is read: {read}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_in_the_body_is_not_read_by_another_parser() {
    let world = World::new(8).await;
    let table = [
        // JSON to whoever declared the carrier, and a form with JSON in its field `yy`.
        (
            2,
            format!(r#"{{"msg":"&yy={{%22a%22:%22","auth":{{"token":"{TOKEN}"}}}}"#),
        ),
        // The other way round.
        (4, format!(r#"{{"a":"&token={TOKEN}&b="}}"#)),
        (4, format!("a=%22open%22&token={TOKEN}")),
    ];
    for (route, body) in table {
        let mut asked = Delivery::clone(&delivery("read-as-another", b""));
        asked.body = Bytes::from(body.clone());
        let got = verify(&world.sandbox, &world.routes[route], &Arc::new(asked)).await;
        let Err(VerifyError::Refused(Refusal::Malformed(read))) = got else {
            panic!("{body}: {got:?}");
        };
        let read: String = read.chars().rev().collect();
        assert!(!read.contains(TOKEN), "{body}: {read}");
        assert_eq!(
            read.matches("a JSON body as a form").count(),
            3 + usize::from(route == 4),
            "{body}: {read}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_delivery_meets_a_fresh_instance_and_talk_is_cut() {
    let world = World::new(8).await;
    for _ in 0..3 {
        match world.asked("accept").await {
            Ok(Verdict::Accept(told)) => assert_eq!(told.events[0].kind, "delivery 1"),
            other => panic!("{other:?}"),
        }
    }
    let talked = world.asked("log").await;
    assert!(matches!(talked, Ok(Verdict::Accept(_))), "{talked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_provider_is_refused_by_name() {
    let settings = SandboxSettings {
        max_verifications: 2,
        verify_timeout: PATIENCE,
        ..SandboxSettings::default()
    };
    let sandbox = Sandbox::new(settings, Arc::new(Nowhere)).unwrap();
    let other =
        r#"(component (instance $i) (export "bellpull:provider/guest@0.2.0" (instance $i)))"#;
    let table = [
        ("(component)", "nothing"),
        (other, "bellpull:provider/guest@0.2.0"),
    ];
    for (text, named) in table {
        let wasm = wat::parse_str(text).unwrap();
        let error = guest::load(&sandbox, &wasm).await.unwrap_err();
        assert!(matches!(
            error,
            LoadError::NoGuest { .. } | LoadError::Version { .. }
        ));
        let said = error.to_string();
        assert!(
            said.contains(named) && said.contains("guest@0.1.0"),
            "{said}"
        );
    }
}
