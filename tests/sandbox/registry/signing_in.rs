use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_registry::RegistryCredential;
use bellpull_tests::https::{Reply, Server};

use super::{Honest, WASM, pull};

const USER: &str = "user";
const PASSWORD: &str = "the-password-of-a-test";

fn password() -> Option<RegistryCredential> {
    Some(RegistryCredential::Password {
        user: USER.to_owned(),
        password: PASSWORD.to_owned(),
    })
}

fn basic() -> String {
    let pair = BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}"));
    format!("Basic {pair}")
}

/// A registry that asks everybody for a token of this server.
fn registry(realm: &str) -> Server {
    let challenge = format!(r#"Bearer realm="{realm}",service="test""#);
    Server::start(None, move |_| {
        Reply::status(401, "").with("www-authenticate", &challenge)
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_once_with_the_password() {
    let honest = Honest::new();
    let server = Server::start(None, |_| Reply::status(500, "")).unwrap();
    let challenge = format!(r#"Bearer realm="{}",service="test""#, server.url("/token"));
    // The server cannot see who asks, so only its first request is of nobody.
    let first = std::sync::atomic::AtomicBool::new(true);
    server.decide(move |target| {
        if target.starts_with("/token") {
            return Reply::ok(r#"{"token": "let-me-in"}"#);
        }
        match first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            true => Reply::status(401, "").with("www-authenticate", &challenge),
            false => honest.reply(target),
        }
    });
    let pulled = pull(&[&server], ":1", password()).await.unwrap();
    assert_eq!(pulled.wasm, WASM);
    let tokens: Vec<String> = server
        .asked()
        .into_iter()
        .filter(|target| target.starts_with("/token"))
        .collect();
    assert_eq!(
        tokens,
        ["/token?service=test&scope=repository%3Aacme%2Fa%3Apull"]
    );
    let bearer = "Bearer let-me-in".to_owned();
    let expected = [basic(), bearer.clone(), bearer.clone(), bearer];
    assert_eq!(server.authorizations(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_goes_to_no_token_server_elsewhere() {
    let thief = Server::start(None, |_| Reply::ok(r#"{"token": "thanks"}"#)).unwrap();
    let realm = thief.url("/token").replace("localhost", "127.0.0.1");
    let server = registry(&realm);
    let error = pull(&[&server], ":1", password())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("not of its domain"), "{error}");
    assert!(!error.contains(PASSWORD), "{error}");
    assert_eq!(thief.asked(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_gets_no_credentials() {
    let honest = Honest::new();
    let storage = Server::start(None, |_| Reply::ok(WASM)).unwrap();
    let location = storage.url("/blob");
    let first = std::sync::atomic::AtomicBool::new(true);
    let layer = bellpull_engine::Digest::of(WASM).to_string();
    let server = Server::start(None, move |target| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return Reply::status(401, "").with("www-authenticate", "Basic realm=\"r\"");
        }
        match target.ends_with(&layer) {
            true => Reply::status(307, "").with("location", &location),
            false => honest.reply(target),
        }
    })
    .unwrap();
    let pulled = pull(&[&server, &storage], ":1", password()).await;
    assert_eq!(pulled.unwrap().wasm, WASM);
    assert_eq!(server.authorizations(), [basic(), basic(), basic()]);
    assert_eq!(storage.asked(), ["/blob"]);
    assert_eq!(storage.authorizations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_in_is_told_why() {
    let no_token = Server::start(None, |_| Reply::ok("{}")).unwrap();
    let refusing = Server::start(None, |_| Reply::status(401, "")).unwrap();
    let basic = Server::start(None, |_| {
        Reply::status(401, "").with("www-authenticate", "Basic realm=\"r\"")
    })
    .unwrap();
    let mute = Server::start(None, |_| Reply::status(401, "")).unwrap();
    let [of_no_token, of_refusing] =
        [&no_token, &refusing].map(|server| registry(&server.url("/token")));
    let cases = [
        (&of_no_token, None, "gives no token"),
        (&of_refusing, None, "there are none"),
        (&of_refusing, password(), "they are wrong"),
        (&basic, None, "there is none in a test"),
        (&basic, password(), "refuses pull"),
        (&mute, password(), "it does not say how to be let in"),
    ];
    for (server, credential, expected) in cases {
        let servers = [server, &no_token, &refusing];
        let error = pull(&servers, ":1", credential)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{expected:?} is not in {error}");
        assert!(!error.contains(PASSWORD), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_repeats_what_it_was_sent_is_not_quoted() {
    let said = format!("you sent {} with {PASSWORD}", basic());
    let body = format!(r#"{{"errors": [{{"code": "DENIED", "message": "{said}"}}]}}"#);
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(None, move |_| {
        match first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            true => Reply::status(401, "").with("www-authenticate", "Basic realm=\"test\""),
            false => Reply::status(403, body.clone()),
        }
    })
    .unwrap();
    let error = pull(&[&server], ":1", password()).await.unwrap_err();
    let told = error.to_string();
    let basic = basic();
    let (_, pair) = basic.split_once(' ').unwrap();
    assert!(told.contains("DENIED you sent Basic"), "{told}");
    for secret in [PASSWORD, pair] {
        assert!(!told.contains(secret), "{secret} is in {told}");
    }
}
