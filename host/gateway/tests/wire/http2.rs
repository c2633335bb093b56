use bellpull_gateway::Settings;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::support::{ANY, KNOWN, Script, World, within};

async fn connect(world: &World) -> SendRequest<Full<Bytes>> {
    let io = TokioIo::new(world.connect().await.into_stream());
    let (sender, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(
    sender: &mut SendRequest<Full<Bytes>>,
    method: Method,
    path: &str,
    body: &'static str,
) -> Response<Incoming> {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://h{path}"))
        .body(Full::from(body))
        .unwrap();
    within(sender.send_request(request)).await.unwrap()
}

#[tokio::test]
async fn http2_is_spoken_by_prior_knowledge() {
    let settings = Settings {
        max_body: 8,
        ..Settings::default()
    };
    let world = World::new(Script::default(), settings);
    let mut sender = connect(&world).await;
    let cases = [
        (KNOWN, "{}", 200),
        ("/hook/other", "{}", 404),
        (KNOWN, "more than eight", 413),
        (KNOWN, "{}", 200),
    ];
    for (path, body, status) in cases {
        let response = ask(&mut sender, Method::POST, path, body).await;
        assert_eq!(response.status(), status, "{path} {body}");
        assert!(response.headers().contains_key("bellpull-delivery"));
        assert!(!response.headers().contains_key("connection"));
    }
}

#[tokio::test]
async fn head_has_no_body_over_http2() {
    let world = World::new(Script::default(), Settings::default());
    let mut sender = connect(&world).await;
    let response = ask(&mut sender, Method::HEAD, ANY, "").await;
    assert_eq!(response.status(), 200);
    assert_ne!(response.headers()["content-length"], "0");
    let body = within(response.into_body().collect()).await.unwrap();
    assert!(body.to_bytes().is_empty());
}
