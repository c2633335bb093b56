//! Many components: how fast they load, what they weigh, and whether more of them, or the exchange
//! of one, cost a delivery anything.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use bellpull::plan_types::SandboxRoute;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_bundle::BUNDLED;
use bellpull_core::Delivery;
use bellpull_sandbox::{Catalog, Grants, LoadedComponent, Sandbox};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::{hostile, verify};
use support::{delivery, percentile, resident, route, route_of, us};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// Components that are loaded, warm and cold.
const COPIES: usize = 20;
/// Components that are loaded while one of them is measured.
const LOADED: [usize; 4] = [1, 10, 50, 100];
/// How long each load lasts.
const SPAN: Duration = Duration::from_secs(2);
/// How long deliveries are measured beside components that spin.
const BESIDE: Duration = Duration::from_millis(600);
/// Body of a delivery, bytes.
const BODY: usize = 7_500;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir().expect("a directory");
    let files: Vec<PathBuf> = (0..LOADED[LOADED.len() - 1])
        .map(|number| copy(folder.path(), number))
        .collect();
    loading(&runtime, folder.path(), &files[..COPIES]);
    growing(&runtime, folder.path(), &files);
    swapping(&runtime, folder.path(), &files[0]);
    beside_a_spinner(&runtime, folder.path(), &files[0]);
}

/// The github component under another name of the same length.
fn copy(folder: &Path, number: usize) -> PathBuf {
    let github = BUNDLED
        .iter()
        .find(|bundled| bundled.provider == "github")
        .expect("it is bundled");
    let mut wasm = github.wasm.to_vec();
    let (old, new) = (b"github", name(number).into_bytes());
    let places: Vec<usize> = wasm
        .windows(old.len())
        .enumerate()
        .filter_map(|(at, window)| (window == old).then_some(at))
        .collect();
    for at in places {
        // Its headers keep their names.
        if !wasm[..at].ends_with(b"x-") {
            wasm[at..at + old.len()].copy_from_slice(&new);
        }
    }
    let file = folder.join(format!("{}.wasm", name(number)));
    fs::write(&file, wasm).expect("written");
    file
}

fn name(number: usize) -> String {
    format!("gh{number:04}")
}

fn loader(folder: &Path) -> Loader {
    let cache = CacheArgs {
        cache_dir: Some(folder.join("cache")),
        ..CacheArgs::default()
    };
    // The compiling child is the `bellpull` beside this benchmark.
    Loader::with_egress(&VerifyArgs::default(), &cache, Arc::new(Nowhere))
        .expect("a sandbox")
        .compiling_with(bellpull_tests::serve::binary().to_owned())
}

fn load(runtime: &Runtime, loader: &Loader, files: &[PathBuf]) -> Vec<Arc<LoadedComponent>> {
    let each = files.iter().map(|file| {
        let file = file.to_str().expect("UTF-8");
        let loaded = runtime.block_on(loader.one(file, &Grants::none()));
        loaded.expect("it loads")
    });
    each.collect()
}

fn loading(runtime: &Runtime, folder: &Path, files: &[PathBuf]) {
    let count = u32::try_from(files.len()).expect("few");
    let start = Instant::now();
    drop(load(runtime, &loader(folder), files));
    let cold = start.elapsed() / count;

    let warm_loader = loader(folder);
    let before = resident();
    let start = Instant::now();
    let loaded = load(runtime, &warm_loader, files);
    let warm = start.elapsed() / count;
    let delivery = delivery(BODY);
    for (number, component) in loaded.iter().enumerate() {
        let catalog = Catalog::of_one(Arc::clone(warm_loader.sandbox()), component);
        let route = runtime.block_on(route(&catalog, &name(number), "push"));
        let verified = runtime.block_on(verify(warm_loader.sandbox(), &route, &delivery));
        verified.expect("accepted");
    }
    let each = resident().saturating_sub(before) / u64::from(count);
    println!(
        "{count} copies of the github component, {} KiB each",
        kib(files)
    );
    println!("  load, cold cache (compiled by a child): {cold:.1?} each");
    println!("  load, warm cache (read, authenticated, linked, described): {warm:.1?} each");
    println!("  resident memory, each called once: {each} KiB each");
}

fn kib(files: &[PathBuf]) -> u64 {
    fs::metadata(&files[0]).expect("written").len() >> 10
}

fn growing(runtime: &Runtime, folder: &Path, files: &[PathBuf]) {
    println!("p50 of a verification with facts, one thread, by the number of loaded components");
    println!(
        "  {:>8} {:>10} {:>12}",
        "loaded", "one of them", "all in turn"
    );
    let single = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    for count in LOADED {
        let loader = loader(folder);
        let loaded = load(runtime, &loader, &files[..count]);
        let routes: Vec<Arc<SandboxRoute>> = loaded
            .iter()
            .enumerate()
            .map(|(number, component)| {
                let catalog = Catalog::of_one(Arc::clone(loader.sandbox()), component);
                runtime.block_on(route(&catalog, &name(number), "push"))
            })
            .collect();
        let delivery = delivery(BODY);
        let p50 = |next: &dyn Fn(usize) -> Arc<SandboxRoute>| {
            let mut times: Vec<Duration> = (0..4_000)
                .map(|turn| {
                    let route = next(turn);
                    let start = Instant::now();
                    let verified = single.block_on(verify(loader.sandbox(), &route, &delivery));
                    verified.expect("accepted");
                    start.elapsed()
                })
                .collect();
            percentile(&mut times, 0.5)
        };
        let one = p50(&|_| Arc::clone(&routes[0]));
        let all = p50(&|turn| Arc::clone(&routes[turn % routes.len()]));
        println!("  {count:>8} {:>10} µs {:>9} µs", us(one), us(all));
    }
}

/// Delivers without an end, one delivery after the other, and notes how long each took.
async fn one_by_one(
    sandbox: &Sandbox,
    route: impl Fn() -> Arc<SandboxRoute>,
    delivery: &Arc<Delivery>,
    times: &mut Vec<Duration>,
) {
    loop {
        let route = route();
        let start = Instant::now();
        let verified = verify(sandbox, &route, delivery).await;
        verified.expect("no delivery fails");
        times.push(start.elapsed());
        // A verification that never waited lets others have their turn all the same.
        tokio::task::coop::consume_budget().await;
    }
}

/// Deliveries go on while the component behind their Receiver is loaded and bound anew.
fn swapping(runtime: &Runtime, folder: &Path, file: &Path) {
    let loader = Arc::new(loader(folder));
    let bind = || {
        let loaded = load(runtime, &loader, std::slice::from_ref(&file.to_owned()));
        let catalog = Catalog::of_one(Arc::clone(loader.sandbox()), &loaded[0]);
        runtime.block_on(route(&catalog, &name(0), "push"))
    };
    let current = Arc::new(ArcSwap::new(bind()));
    let measure = |swaps: bool| {
        let (stop, stopped) = oneshot::channel();
        let (loader, serving) = (loader.clone(), current.clone());
        let deliveries = runtime.spawn(async move {
            let delivery = delivery(BODY);
            let mut times = Vec::new();
            let route = || serving.load_full();
            tokio::select! {
                _ = stopped => {}
                () = one_by_one(loader.sandbox(), route, &delivery, &mut times) => {}
            }
            times
        });
        let (start, mut swapped) = (Instant::now(), 0);
        while start.elapsed() < SPAN {
            if swaps {
                current.store(bind());
                swapped += 1;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        stop.send(()).expect("deliveries go on");
        let mut times = runtime.block_on(deliveries).expect("ran");
        let (p50, p99) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
        println!(
            "  {swapped:>4} swaps in {SPAN:?}: {} deliveries, none failed, p50 {} µs, p99 {} µs",
            times.len(),
            us(p50),
            us(p99)
        );
    };
    println!("deliveries while their component is exchanged");
    measure(false);
    measure(true);
}

/// Deliveries go on while another component spins with four times the permits that it may have.
fn beside_a_spinner(runtime: &Runtime, folder: &Path, file: &Path) {
    const SPINNERS: usize = 128;
    let spinner = folder.join("spinner.wasm");
    let endless = "(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
        (loop $again (br $again)) (unreachable))";
    fs::write(&spinner, hostile::component("spinner", endless)).expect("written");
    let loader = Arc::new(loader(folder));
    let loaded = load(runtime, &loader, &[file.to_owned(), spinner]);
    let sandbox = loader.sandbox();
    let catalog = |component| Catalog::of_one(Arc::clone(sandbox), component);
    let good = runtime.block_on(route(&catalog(&loaded[0]), &name(0), "push"));
    let alone = beside(runtime, sandbox, &good, &[]);
    // Each Receiver's own, since five faults would break it off.
    let spinning: Vec<Arc<SandboxRoute>> = (0..SPINNERS)
        .map(|number| {
            let receiver = format!("spinner-{number}");
            let catalog = catalog(&loaded[1]);
            runtime.block_on(route_of(&catalog, &receiver, "spinner", "x"))
        })
        .collect();
    let spun = beside(runtime, sandbox, &good, &spinning);
    println!("p99 of deliveries, one at a time, while another component spins");
    println!(
        "  alone {} µs, beside {SPINNERS} spinning deliveries {} µs: {:.1} times",
        us(alone),
        us(spun),
        spun.as_secs_f64() / alone.as_secs_f64()
    );
}

fn beside(
    runtime: &Runtime,
    sandbox: &Arc<Sandbox>,
    good: &Arc<SandboxRoute>,
    spinning: &[Arc<SandboxRoute>],
) -> Duration {
    let delivery = delivery(BODY);
    let spinners: Vec<_> = spinning
        .iter()
        .map(|route| {
            let (sandbox, route, delivery) = (sandbox.clone(), route.clone(), delivery.clone());
            runtime.spawn(async move { drop(verify(&sandbox, &route, &delivery).await) })
        })
        .collect();
    let (sandbox, good) = (sandbox.clone(), good.clone());
    let measuring = runtime.spawn(async move {
        let mut times = Vec::new();
        let route = || Arc::clone(&good);
        let deliveries = one_by_one(&sandbox, route, &delivery, &mut times);
        let over = tokio::time::timeout(BESIDE, deliveries).await;
        over.expect_err("deliveries go on");
        percentile(&mut times, 0.99)
    });
    let p99 = runtime.block_on(measuring).expect("ran");
    for spinner in spinners {
        runtime.block_on(spinner).expect("ran");
    }
    p99
}
