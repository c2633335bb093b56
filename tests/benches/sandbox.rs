//! What isolation costs: a GitHub HMAC in a fresh sandbox against the same check in native Rust.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

mod support;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull::plan_types::SandboxRoute;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_core::Delivery;
use bellpull_proof::{HmacAlgorithm, Part};
use bellpull_sandbox::Sandbox;
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::verify;
use support::{delivery, percentile, route, us};

const SIZES: [(&str, usize); 4] = [
    ("1 KiB", 1 << 10),
    ("25 KiB", 25 << 10),
    ("250 KiB", 250 << 10),
    ("3 MiB", (3 << 20) - 2048),
];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let (sandbox, ignoring, accepting) = runtime.block_on(set_up());
    println!("GitHub, p50 in µs of one thread; verifications a second of one and two threads");
    println!(
        "{:8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>10} {:>10}",
        "body", "native", "verify", "isolation", "facts", "p99", "1 thread/s", "2 threads/s"
    );
    for (name, size) in SIZES {
        let delivery = delivery(size);
        let native = p50(size, || native(&ignoring, &delivery));
        let single = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let mut verifying = samples(size, || {
            black_box(single.block_on(verify(&sandbox, &ignoring, &delivery))).ok();
        });
        let accept = p50(size, || {
            single
                .block_on(verify(&sandbox, &accepting, &delivery))
                .expect("accepted");
        });
        let one = rate(&runtime, 1, &sandbox, &ignoring, &delivery);
        let two = rate(&runtime, 2, &sandbox, &ignoring, &delivery);
        let verified = percentile(&mut verifying, 0.5);
        println!(
            "{name:8} {:>9} {:>9} {:>9} {:>9} {:>9} {one:>10.0} {two:>10.0}",
            us(native),
            us(verified),
            us(verified.saturating_sub(native)),
            us(accept.saturating_sub(verified)),
            us(percentile(&mut verifying, 0.99)),
        );
    }
}

/// A sandbox, a route that takes no push, and one that takes every push.
async fn set_up() -> (Arc<Sandbox>, Arc<SandboxRoute>, Arc<SandboxRoute>) {
    let (verify, cache) = (VerifyArgs::default(), CacheArgs::default());
    let loader = Loader::with_egress(&verify, &cache, Arc::new(Nowhere)).expect("a sandbox");
    let catalog = loader.bundled_catalog().await.expect("bundled providers");
    let sandbox = Arc::clone(loader.sandbox());
    let ignoring = route(&catalog, "github", "release").await;
    let accepting = route(&catalog, "github", "push").await;
    (sandbox, ignoring, accepting)
}

fn native(route: &SandboxRoute, delivery: &Delivery) {
    let signature = delivery
        .single_header("x-hub-signature-256")
        .expect("signed");
    let mac = hex::decode(&signature[b"sha256=".len()..]).expect("hex");
    let parts = [Part::Body];
    let right =
        route
            .bound
            .credentials
            .verify_hmac("token", HmacAlgorithm::Sha256, delivery, &parts, &mac);
    assert!(black_box(right));
}

/// Enough runs for a steady median in about half a second.
fn samples(size: usize, mut run: impl FnMut()) -> Vec<Duration> {
    let runs = (40_000_000 / (size + 8_000)).clamp(100, 5_000);
    for _ in 0..runs / 5 {
        run();
    }
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect()
}

fn p50(size: usize, run: impl FnMut()) -> Duration {
    percentile(&mut samples(size, run), 0.5)
}

fn rate(
    runtime: &tokio::runtime::Runtime,
    tasks: usize,
    sandbox: &Arc<Sandbox>,
    route: &Arc<SandboxRoute>,
    delivery: &Arc<Delivery>,
) -> f64 {
    const SPAN: Duration = Duration::from_millis(800);
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let (sandbox, route, delivery) =
                (Arc::clone(sandbox), Arc::clone(route), Arc::clone(delivery));
            runtime.spawn(async move {
                let (start, mut done) = (Instant::now(), 0_u32);
                while start.elapsed() < SPAN {
                    black_box(verify(&sandbox, &route, &delivery).await).ok();
                    done += 1;
                }
                f64::from(done) / start.elapsed().as_secs_f64()
            })
        })
        .collect();
    running
        .into_iter()
        .map(|task| runtime.block_on(task).expect("ran"))
        .sum()
}
