//! What a verification takes of each provider: its own genuine deliveries, the one that takes longest.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bellpull::cases::{self, CaseOutcome, Prepared};
use bellpull::egress::Replayed;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_bundle::BUNDLED;
use bellpull_core::limits;
use bellpull_core::ports::Egress;
use bellpull_sandbox::Catalog;
use support::{percentile, us};

/// Replays of one case.
const REPLAYS: usize = 300;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let network = Arc::new(Replayed::new());
        let egress: Arc<dyn Egress> = Arc::clone(&network) as _;
        let (verify, cache) = (VerifyArgs::default(), CacheArgs::default());
        let loader = Loader::with_egress(&verify, &cache, egress).expect("a sandbox");
        let catalog = loader.bundled_catalog().await.expect("components");
        println!(
            "{:16} {:>9} {:>9} {:>10}  case",
            "provider", "size", "p50, µs", "p99, µs"
        );
        for bundled in BUNDLED {
            let mut slowest = (Duration::ZERO, Duration::ZERO, String::new());
            for name in bundled.names {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("cases")
                    .join(name);
                for case in cases::find(&[folder]).expect("cases") {
                    if case.expect.outcome == CaseOutcome::Notified {
                        let measured = measure(&case, &catalog, &network).await;
                        slowest = slowest.max(measured);
                    }
                }
            }
            let (p50, p99, case) = slowest;
            let size = format!("{} KiB", bundled.wasm.len().div_ceil(1024));
            let provider = bundled.provider;
            println!(
                "{provider:16} {size:>9} {:>9} {:>10}  {case}",
                us(p50),
                us(p99)
            );
        }
    });
}

async fn measure(
    case: &cases::Case,
    catalog: &Catalog,
    network: &Replayed,
) -> (Duration, Duration, String) {
    let prepared = Prepared::new(case, catalog, network, limits::MAX_BODY);
    let prepared = prepared.await.expect("a case");
    let mut times = Vec::with_capacity(REPLAYS);
    for _ in 0..REPLAYS {
        let (_, usage) = prepared.replay(catalog).await;
        times.push(usage.time);
    }
    // The first has keys to be asked for, and code to be brought in.
    times.remove(0);
    let p50 = percentile(&mut times, 0.5);
    (p50, percentile(&mut times, 0.99), case.name.clone())
}
