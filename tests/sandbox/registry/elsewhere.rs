//! Servers that a registry names: they get no credentials, and none is nearer than the registry.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_egress::RegistryTimes;
use bellpull_registry::{ArtefactFacts, PackedArtefact, RegistryCredential, RegistryError};
use bellpull_tests::https::{Reply, Server};

use super::{Honest, WASM, client, pull};

fn password() -> Option<RegistryCredential> {
    Some(RegistryCredential::Password {
        user: "user".to_owned(),
        password: "the-password-of-a-test".to_owned(),
    })
}

fn bearer(realm: &str) -> Reply {
    let challenge = format!(r#"Bearer realm="{realm}""#);
    Reply::status(401, "").with("www-authenticate", &challenge)
}

/// Pushes a component to the first of some servers.
async fn push(servers: &[&Server]) -> Result<(), RegistryError> {
    let (registry, reference) = client(servers, ":1", password(), RegistryTimes::default());
    let packed = PackedArtefact::of(WASM, &ArtefactFacts::default()).unwrap();
    let pushed = registry.push(&reference, WASM.into(), packed).await;
    pushed.map(drop)
}

/// A registry that asks for a password once, and sends uploads to a URL.
fn uploading_to(location: &str) -> Server {
    let location = location.to_owned();
    let first = std::sync::atomic::AtomicBool::new(true);
    Server::start(None, move |target| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return Reply::status(401, "").with("www-authenticate", "Basic realm=\"r\"");
        }
        match target {
            "/v2/acme/a/blobs/uploads/" => Reply::status(202, "").with("location", &location),
            _ if target.contains("/blobs/") => Reply::status(404, ""),
            _ => Reply::status(201, ""),
        }
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_elsewhere_has_no_credentials() {
    let storage = Server::start(None, |_| Reply::status(201, "")).unwrap();
    let server = uploading_to(&storage.url("/upload?state=1"));
    push(&[&server, &storage]).await.unwrap();
    assert_eq!(storage.asked().len(), 2, "{:?}", storage.asked());
    assert_eq!(storage.authorizations(), [""; 0]);

    let asking = Server::start(None, |_| {
        Reply::status(401, "").with("www-authenticate", "Basic realm=\"r\"")
    })
    .unwrap();
    let server = uploading_to(&asking.url("/upload"));
    let error = push(&[&server, &asking]).await.unwrap_err().to_string();
    assert!(error.contains("refuses push"), "{error}");
    assert_eq!(asking.authorizations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_to_a_metadata_address_is_refused() {
    let server = uploading_to("https://169.254.169.254/upload");
    let error = push(&[&server]).await.unwrap_err().to_string();
    let expected = "169.254.169.254 is link-local, reserved or a cloud's metadata: never asked";
    assert!(error.contains(expected), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_server_that_leads_elsewhere_takes_no_password_along() {
    let thief = Server::start(None, |_| Reply::ok(r#"{"token": "thanks"}"#)).unwrap();
    let location = thief.url("/token").replace("localhost", "127.0.0.1");
    let plain = format!("127.0.0.1:{}", thief.port());
    let server = Server::start(None, |_| Reply::status(500, "")).unwrap();
    let realm = server.url("/token");
    server.decide(move |target| match target.starts_with("/token") {
        true => Reply::status(307, "").with("location", &location),
        false => bearer(&realm),
    });
    let error = pull(&[&server, &thief], ":1", password())
        .await
        .unwrap_err();
    let expected = format!("{plain} is asked by https only");
    assert!(error.to_string().contains(&expected), "{error}");

    let location = thief.url("/token");
    let realm = server.url("/token");
    server.decide(move |target| match target.starts_with("/token") {
        true => Reply::status(307, "").with("location", &location),
        false => bearer(&realm),
    });
    let error = pull(&[&server, &thief], ":1", password())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("refuses pull"), "{error}");
    assert_eq!(thief.asked().len(), 1, "{:?}", thief.asked());
    assert_eq!(thief.authorizations(), [""; 0]);
    let basic = BASE64_STANDARD.encode("user:the-password-of-a-test");
    assert!(server.authorizations().contains(&format!("Basic {basic}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_server_is_no_place_nearer_than_the_registry() {
    for (realm, expected) in [
        ("https://169.254.169.254/token", "never asked"),
        ("https://[fd00:ec2::254]/token", "never asked"),
        (
            "http://token.example/token",
            "token.example is asked by https only",
        ),
        ("file:///etc/passwd", "file is not a scheme that is asked"),
        ("no realm", "the realm \"no realm\""),
    ] {
        let server = Server::start(None, move |_| bearer(realm)).unwrap();
        let error = pull(&[&server], ":1", None).await.unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "{realm}: {expected:?} is not in {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_never_lets_in_is_asked_twice() {
    let server = Server::start(None, |_| Reply::status(500, "")).unwrap();
    let realm = server.url("/token");
    server.decide(move |target| match target.starts_with("/token") {
        true => Reply::ok(r#"{"token": "let-me-in"}"#),
        false => bearer(&realm),
    });
    let error = pull(&[&server], ":1", None).await.unwrap_err().to_string();
    assert!(
        error.contains("refuses pull: it does not say why"),
        "{error}"
    );
    assert_eq!(
        server.asked(),
        [
            "/v2/acme/a/manifests/1",
            "/token?service=&scope=repository%3Aacme%2Fa%3Apull",
            "/v2/acme/a/manifests/1"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_by_a_token_of_another_server() {
    let other = Server::start(None, |_| Reply::ok(r#"{"token": "let-me-in"}"#)).unwrap();
    let (honest, realm) = (Honest::new(), other.url("/token"));
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(None, move |target| {
        match first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            true => bearer(&realm),
            false => honest.reply(target),
        }
    })
    .unwrap();
    let pulled = pull(&[&server, &other], ":1", None).await.unwrap();
    assert_eq!(pulled.wasm, WASM);
    assert_eq!(other.authorizations(), [""; 0]);
}
