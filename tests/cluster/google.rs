//! Pushes of Google's Pub/Sub, with Flux's own notification-controller and with Bellpull. Both reach
//! Google by a proxy, which takes a server of this machine for it.

use std::net::SocketAddr;

use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::flux::NotificationController;
use bellpull_tests::connect::ConnectProxy;
use bellpull_tests::https::{Authority, Reply, Server};
use bellpull_tests::issuer::{Issuer, KeyKind, base64url};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::request;
use serde_json::{Value, json};

use super::world::{World, own_plane};

const RECEIVER: &str = "gcr";
const EMAIL: &str = "push@acme.iam.gserviceaccount.com";
const AUDIENCE: &str = "https://hooks.acme.example/gcr";
/// `{"action":"INSERT","digest":"…/app@sha256:6ec1","tag":"…/app:v1"}`.
const BODY: &str = r#"{"message":{"data":"eyJhY3Rpb24iOiJJTlNFUlQiLCJkaWdlc3QiOiJldXJvcGUtZG9ja2VyLnBrZy5kZXYvYWNtZS9pL2FwcEBzaGEyNTY6NmVjMSIsInRhZyI6ImV1cm9wZS1kb2NrZXIucGtnLmRldi9hY21lL2kvYXBwOnYxIn0=","messageId":"136969346945"},"subscription":"projects/acme/subscriptions/bellpull"}"#;

/// How a token differs from a right one, and Flux's answer.
fn rows() -> Vec<(Value, u16)> {
    vec![
        (json!({}), 200),
        (json!({"iss": "accounts.google.com"}), 200),
        (json!({"iss": "https://accounts.google.com/"}), 400),
        (json!({"iss": "https://accounts.example.com"}), 400),
        (json!({"iss": null}), 400),
        (json!({"aud": "https://hooks.acme.example/other"}), 400),
        (json!({"aud": [AUDIENCE, "https://other"]}), 400),
        (json!({"aud": null}), 400),
        (
            json!({"email": "push@mallory.iam.gserviceaccount.com"}),
            400,
        ),
        (json!({"email": "PUSH@acme.iam.gserviceaccount.com"}), 400),
        (json!({"email": null}), 400),
        (json!({"email_verified": false}), 400),
        (json!({"email_verified": "true"}), 400),
        (json!({"email_verified": null}), 400),
        (json!({"exp": 1_700_000_000}), 400),
    ]
}

/// A token as Google signs it for a service account, with `change` made to it.
fn token(issuer: &Issuer, change: &Value) -> String {
    let mut claims = json!({
        "iss": "https://accounts.google.com", "aud": AUDIENCE, "azp": "113774264463038321964",
        "sub": "113774264463038321964", "email": EMAIL, "email_verified": true,
    });
    let members = claims.as_object_mut().expect("an object");
    members.extend(change.as_object().expect("an object").clone());
    issuer.token(claims)
}

/// Tokens that Google has not signed.
fn forged(issuer: &Issuer) -> [(&'static str, String); 4] {
    let (right, other) = (
        token(issuer, &json!({})),
        token(issuer, &json!({"sub": "1"})),
    );
    let (signed, _) = other.rsplit_once('.').expect("a token");
    let (_, signature) = right.rsplit_once('.').expect("a token");
    let (_, claims) = signed.split_once('.').expect("a token");
    let none = base64url(br#"{"alg":"none"}"#);
    let unknown = base64url(br#"{"alg":"RS256","kid":"unknown"}"#);
    [
        ("another's signature", format!("{signed}.{signature}")),
        ("no signature", format!("{signed}.")),
        ("alg none", format!("{none}.{claims}.")),
        ("unknown key", format!("{unknown}.{claims}.{signature}")),
    ]
}

/// A server of Google's keys.
fn google(authority: &Authority, issuer: &Issuer) -> Server {
    let keys = issuer.jwks().to_string();
    let discovery = json!({
        "issuer": "https://accounts.google.com",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
    });
    let server = Server::start(Some(authority), move |path| match path {
        "/oauth2/v3/certs" => Reply::ok(keys.clone()),
        "/.well-known/openid-configuration" => Reply::ok(discovery.to_string()),
        _ => Reply::status(404, ""),
    });
    server.expect("a server")
}

/// The status for each token in turn, once the Receiver is served.
fn answers(world: &World<'_>, address: SocketAddr, tokens: &[(String, String, u16)]) -> Vec<u16> {
    let path = world.path(RECEIVER, TOKEN);
    let send = |token: &str| {
        let headers = [("authorization".to_owned(), format!("Bearer {token}"))];
        request(address, "POST", &path, &headers, BODY.as_bytes()).0
    };
    super::world::until(
        || "served".to_owned(),
        || !matches!(send("none"), 404 | 503),
    );
    tokens.iter().map(|(_, token, _)| send(token)).collect()
}

/// The rows whose status is not what it should be.
fn odd(rows: &[(String, String, u16)], answers: &[u16]) -> Vec<String> {
    let rows = rows.iter().zip(answers);
    rows.filter(|((_, _, expected), got)| expected != *got)
        .map(|((name, _, expected), got)| format!("{name}: expected {expected}, got {got}"))
        .collect()
}

#[test]
fn the_same_tokens_of_google_are_taken() {
    let plane = own_plane();
    let authority = Authority::new().expect("an authority");
    let issuer = Issuer::start(None, KeyKind::Rsa).expect("an issuer");
    let google = google(&authority, &issuer);
    let proxy = ConnectProxy::start(google.port()).expect("a proxy");
    let (proxy, ca) = (proxy.url(), authority.file());
    let ca = ca.to_str().expect("a path in UTF-8");
    let world = World::of(&plane, "google");
    world.repository("app", "{}");
    world.secret(
        "gcr",
        &[("token", TOKEN), ("email", EMAIL), ("audience", AUDIENCE)],
    );
    world.receiver(
        RECEIVER,
        "{type: gcr, secretRef: {name: gcr}, resources: [{kind: GitRepository, name: app}]}",
    );
    let made = rows().into_iter().map(|(change, status)| {
        let token = token(&issuer, &change);
        (change.to_string(), token, status)
    });
    let forged = forged(&issuer).map(|(name, token)| (name.to_owned(), token, 400));
    let rows: Vec<(String, String, u16)> = made.chain(forged).collect();

    let environment = [("HTTPS_PROXY", proxy.as_str()), ("SSL_CERT_FILE", ca)];
    let flux = NotificationController::start_in(&plane, Identity::Admin, &[], &environment);
    let flux = flux.expect("a controller");
    world.until_ready(RECEIVER);
    let by_flux = answers(&world, flux.receiver, &rows);
    assert_eq!(
        odd(&rows, &by_flux),
        Vec::<String>::new(),
        "Flux:\n{}",
        flux.last_words()
    );
    drop(flux);
    let asked = google.asked().len();
    assert!(asked > 0, "Flux has asked for no keys");

    let served = world.bellpull(&[
        "--flux-status-codes",
        "--egress-proxy",
        &proxy,
        "--trust-ca",
        ca,
    ]);
    let ours = answers(&world, served.receiver, &rows);
    assert_eq!(
        odd(&rows, &ours),
        Vec::<String>::new(),
        "Bellpull:\n{}",
        served.stderr()
    );
    assert!(
        google.asked().len() > asked,
        "Bellpull has asked for no keys"
    );
}
