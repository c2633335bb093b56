//! Receivers that demand a client certificate: what a component is asked, and what it may answer.

use std::sync::Arc;

use bellpull::plan_types::SandboxRoute;
use bellpull_api::Metadata;
use bellpull_core::{
    Bytes, Delivery, DeliveryClient, DeliveryId, Encoding, Fault, ReceiverObject, Refusal,
    SecretBytes, SecretObject, Timestamp, Usage, Verdict, VerifiedCertificate, VerifyError, http,
};
use bellpull_ports::Verify as _;
use bellpull_proof::{HmacAlgorithm, sign};
use bellpull_sandbox::{Catalog, Sandbox, SandboxSettings};
use bellpull_tests::guest;
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::patience::PATIENCE;

const TOKEN: &str = "the-token-of-the-clients";
const BODY: &str = "the body";
/// Providers of the test guest, in the order of their Receivers' names.
const OF_CLIENT: usize = 0;
const SIGNED_BY_CLIENT: usize = 1;

const NO_CERTIFICATE: &str = "no client certificate was verified on this connection";
const OTHER_NAME: &str =
    "the client certificate has none of the names that the binding demands: it is ";

struct World {
    sandbox: Arc<Sandbox>,
    routes: Vec<Arc<SandboxRoute>>,
}

impl World {
    async fn new() -> Self {
        let settings = SandboxSettings {
            verify_timeout: PATIENCE,
            ..SandboxSettings::default()
        };
        let sandbox = Arc::new(Sandbox::new(settings, Arc::new(Nowhere)).unwrap());
        let loaded = guest::load(&sandbox, guest::component()).await.unwrap();
        let catalog = Catalog::of_one(Arc::clone(&sandbox), &loaded);
        let secret = SecretObject {
            namespace: "default".into(),
            name: "s".into(),
            data: [("token".to_owned(), SecretBytes::new(TOKEN.into()))].into(),
        };
        let receivers = [("a", "of-client"), ("b", "signed-by-client")].map(receiver);
        let routes = guest::routes(receivers.into(), secret, &catalog).await;
        Self { sandbox, routes }
    }

    /// What becomes of a delivery that asks the component to do something.
    async fn asked(
        &self,
        route: usize,
        what: &str,
        client: Option<&str>,
        mac: &str,
    ) -> (Result<Verdict, VerifyError>, Usage) {
        let route = &self.routes[route];
        let delivery = Arc::new(delivery(what, client, mac));
        let verified = self
            .sandbox
            .verify(&route.component, &route.bound, &delivery);
        verified.await
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

/// A delivery over a connection whose client certificate has this name.
fn delivery(what: &str, client: Option<&str>, mac: &str) -> Delivery {
    let mut headers = http::HeaderMap::new();
    for (name, value) in [("x-do", what), ("x-mac", mac)] {
        headers.append(name, value.parse().unwrap());
    }
    let certificate = client.map(|name| VerifiedCertificate {
        names: vec![name.to_owned()],
        ..VerifiedCertificate::default()
    });
    Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::now(),
        method: http::Method::POST,
        target: "/hook/secret-path".to_owned(),
        headers,
        body: Bytes::from_static(BODY.as_bytes()),
        client: DeliveryClient {
            certificate: certificate.map(Arc::new),
            ..DeliveryClient::default()
        },
    }
}

/// The MAC of the body in hex.
fn mac() -> String {
    let (key, body) = (SecretBytes::new(TOKEN.into()), [BODY.as_bytes()]);
    let mac = sign(&key, "token", Encoding::Text, HmacAlgorithm::Sha256, &body).unwrap();
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_not_called_for_another_client() {
    let world = World::new().await;
    for route in [OF_CLIENT, SIGNED_BY_CLIENT] {
        for (client, reason) in [(None, NO_CERTIFICATE), (Some("other.example"), OTHER_NAME)] {
            // Each of these would end in a verdict or a fault of the component.
            for what in ["accept-unproven", "reply-unproven", "loop"] {
                let (got, usage) = world.asked(route, what, client, &mac()).await;
                let case = format!("{route} {what} by {client:?}: {got:?}");
                let Err(VerifyError::Refused(Refusal::Unauthenticated(told))) = got else {
                    panic!("{case}")
                };
                assert!(told.starts_with(reason), "{case}");
                assert_eq!(usage, Usage::default(), "{case}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_alone_proves_only_where_it_is_the_proof() {
    let world = World::new().await;
    let client = Some("Sender.Example");
    let (got, _) = world.asked(OF_CLIENT, "accept-unproven", client, "").await;
    assert!(matches!(got, Ok(Verdict::Accept(_))), "{got:?}");
    let (got, _) = world
        .asked(SIGNED_BY_CLIENT, "accept-unproven", client, &mac())
        .await;
    assert!(
        matches!(got, Err(VerifyError::Faulted(Fault::BadContract, _))),
        "{got:?}"
    );
    let (got, _) = world
        .asked(SIGNED_BY_CLIENT, "accept", client, &mac())
        .await;
    assert!(matches!(got, Ok(Verdict::Accept(_))), "{got:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_read_at_once_where_the_certificate_is_the_proof() {
    let world = World::new().await;
    for (route, expected) in [(OF_CLIENT, "read"), (SIGNED_BY_CLIENT, "refused")] {
        let client = Some("sender.example");
        let (got, _) = world.asked(route, "early-body", client, &mac()).await;
        let Err(VerifyError::Refused(Refusal::Malformed(said))) = &got else {
            panic!("{route}: {got:?}");
        };
        assert!(said.starts_with(expected), "{route}: {said}");
    }
}
