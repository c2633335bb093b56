use std::convert::Infallible;

use bellpull_gateway::GatewaySettings;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::support::{ANY, KNOWN, OTHER, Script, World, post, within};

async fn connect<B>(world: &World) -> SendRequest<B>
where
    B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
{
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
    let settings = GatewaySettings {
        max_body: 8,
        ..GatewaySettings::default()
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
    let world = World::new(Script::default(), GatewaySettings::default());
    let mut sender = connect(&world).await;
    let response = ask(&mut sender, Method::HEAD, ANY, "").await;
    assert_eq!(response.status(), 200);
    assert_ne!(response.headers()["content-length"], "0");
    let body = within(response.into_body().collect()).await.unwrap();
    assert!(body.to_bytes().is_empty());
}

#[tokio::test]
async fn streams_whose_bodies_never_become_whole_stop_nobody() {
    const BODY: usize = 32 << 10;
    let settings = GatewaySettings {
        max_body: BODY,
        max_bodies_in_flight: 4 * BODY,
        ..GatewaySettings::default()
    };
    let world = World::new(Script::default(), settings);
    let mut held = Vec::new();
    for bytes in [1, BODY - 1] {
        let mut sender = connect(&world).await;
        for path in [KNOWN, ANY].iter().cycle().take(60) {
            let begun = Frame::data(Bytes::from(vec![b'x'; bytes]));
            let begun = stream::once(async move { Ok::<_, Infallible>(begun) });
            let body = StreamBody::new(Box::pin(begun.chain(stream::pending())));
            let request = Request::post(format!("http://h{path}")).body(body);
            within(sender.ready()).await.unwrap();
            held.push(sender.send_request(request.unwrap()));
        }
    }
    for (path, length) in [(OTHER, BODY), (KNOWN, BODY / 4)] {
        let whole = format!("{}{}", post(path, length), "x".repeat(length));
        assert_eq!(world.ask(&whole).await.status, 200, "{path}");
    }
}
