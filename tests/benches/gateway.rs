//! The whole gateway over loopback against a bare hyper server that reads the body, checks the same
//! HMAC natively and answers 200: ratios of one run. Then what records of deliveries take. Needs `wrk`.

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
/// Turns of each server with records and without.
const ROUNDS: u32 = 5;

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
    drop(served);
    records(&body, &right, &wrong);
}

/// What records take, in turns of one run: beside the rate, the processor time of a delivery, and that of
/// the thread that writes the database.
fn records(body: &[u8], right: &str, wrong: &str) {
    let database = tempfile::tempdir().expect("a directory");
    let directory = database.path().to_str().expect("UTF-8");
    let in_memory = ["--admin-addr", "127.0.0.1:0"];
    let in_database = [&in_memory[..], &["--records-dir", directory]].concat();
    let servers = [
        ("no records", Served::start()),
        ("records in memory", Served::start_with(&in_memory)),
        ("and in a database", Served::start_with(&in_database)),
    ];
    println!(
        "{:28} {:20} {:>10} {:>6} {:>9} {:>9}",
        "work", "", "bellpull/s", "ratio", "cpu µs", "writer µs"
    );
    for (name, receiver, signature, status) in [
        ("bad signature", "none", wrong, 401),
        ("verified, no target", "none", right, 200),
        ("verified, one folder target", "one", right, 200),
    ] {
        let path = path(receiver);
        let mut sums = [[0.0; 4]; 3];
        for round in 0..ROUNDS {
            for ((_, served), sum) in servers.iter().zip(&mut sums) {
                let before = served.processor_us("records");
                let got = load(&served.receiver, &path, signature, body, 8, 2);
                let after = served.processor_us("records");
                // The Receivers are read, and the processor is warm, after the first.
                if round > 0 {
                    let answers = got.rate(status);
                    let deliveries = answers * got.seconds;
                    let spent = [after[1] - before[1], after[0] - before[0]];
                    let more = [answers, deliveries, spent[0], spent[1]];
                    *sum = std::array::from_fn(|index| sum[index] + more[index]);
                }
            }
        }
        for ((server, _), sum) in servers.iter().zip(&sums) {
            let [rate, deliveries, others, writer] = sum;
            println!(
                "{name:28} {server:20} {:>10.0} {:>6.2} {:>9.1} {:>9.1}",
                rate / f64::from(ROUNDS - 1),
                rate / sums[0][0],
                others / deliveries,
                writer / deliveries
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
