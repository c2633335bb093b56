//! The whole gateway over loopback against a bare hyper server that reads the body, checks the same
//! HMAC natively and answers 200: ratios of one run. Needs `wrk`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

mod support;

use std::convert::Infallible;
use std::sync::Arc;

use bellpull_core::{Bytes, http};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use support::serve::{Served, path};
use support::wrk::{self, load};
use support::{TOKEN, push, signature};

const SECONDS: u32 = 4;

fn main() {
    wrk::required();
    let body = push(7_500);
    let right = signature(&body);
    let wrong = format!("sha256={}", "0".repeat(64));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let bare = runtime.block_on(bare());
    let served = Served::start();
    let unknown = format!("/hook/{}", "0".repeat(64));
    let rows = [
        ("unknown path", unknown, &right, 404),
        ("bad signature", path("none"), &wrong, 401),
        ("verified, no target", path("none"), &right, 200),
        ("verified, one folder target", path("one"), &right, 200),
    ];
    // The Receivers are read before anything is measured.
    let warm_up = || load(&served.receiver, &path("none"), &right, &body, 8, 1);
    while !warm_up().others(200).is_empty() {}
    println!(
        "{} byte push; ratio = Bellpull / bare hyper of the same run",
        body.len()
    );
    println!(
        "{:28} {:>5} {:>10} {:>10} {:>6} {:>9} {:>9}",
        "work", "conns", "bellpull/s", "bare/s", "ratio", "p50 µs", "p99 µs"
    );
    for connections in [8, 32] {
        for (name, path, signature, status) in &rows {
            let baseline = load(&bare, "/", &right, &body, connections, SECONDS);
            let got = load(
                &served.receiver,
                path,
                signature,
                &body,
                connections,
                SECONDS,
            );
            let others = got.others(*status);
            assert!(
                others.is_empty(),
                "{name}: answered {others:?} beside {status}"
            );
            let (rate, native) = (got.rate(*status), baseline.rate(200));
            println!(
                "{name:28} {connections:>5} {:>10.0} {:>10.0} {:>6.2} {:>9.0} {:>9.0}",
                rate,
                native,
                rate / native,
                got.p50_us,
                got.p99_us
            );
        }
    }
}

async fn bare() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let key = Arc::new(Hmac::<Sha256>::new_from_slice(TOKEN.as_bytes()).expect("any length"));
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            stream.set_nodelay(true).expect("a socket");
            let key = Arc::clone(&key);
            tokio::spawn(async move {
                let service = service_fn(move |request| check(Arc::clone(&key), request));
                let builder = hyper::server::conn::http1::Builder::new();
                drop(
                    builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await,
                );
            });
        }
    });
    address
}

async fn check(
    key: Arc<Hmac<Sha256>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let presented = head
        .headers
        .get("x-hub-signature-256")
        .expect("a signature");
    let presented = hex::decode(&presented.as_bytes()[b"sha256=".len()..]).expect("hex");
    let mut mac = (*key).clone();
    mac.update(&body);
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    if mac.verify_slice(&presented).is_err() {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    Ok(response)
}
