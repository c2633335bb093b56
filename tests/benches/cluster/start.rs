//! From the start of a process to its first Receiver.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::Bench;
use crate::contender::{Running, Who};
use crate::objects::Namespace;
use crate::support::percentile;
use crate::table::{Target, row, title};

const RUNS: usize = 3;
/// Receivers that nobody has seen before.
const RECEIVERS: usize = 3;

/// Starts each with three new Receivers, and weighs it.
pub(crate) async fn run(bench: &Bench) {
    let (mut opened, mut served, mut ready) = (Vec::new(), Vec::new(), Vec::new());
    let mut resident = Vec::new();
    for who in [Who::Flux, Who::Bellpull] {
        let (mut open, mut serves, mut said) = (Vec::new(), Vec::new(), Vec::new());
        let mut weights = Vec::new();
        for _ in 0..RUNS {
            let namespace = Namespace::new(&bench.plane, &bench.api, "start");
            let resources = json!([{"kind": "GitRepository", "name": "app"}]);
            let receivers = (0..RECEIVERS).map(|number| format!("app-{number}"));
            let lanes = receivers.map(|name| namespace.receiver(&name, &resources));
            bench.api.all(lanes.collect()).await;
            let watch = bench.api.watch(&namespace.receivers()).await;
            let start = Instant::now();
            let running = Running::launch(who, &bench.plane);
            let path = namespace.path("app-0");
            let (times, at_ready) = tokio::join!(
                async {
                    running.until_open().await;
                    let open = start.elapsed();
                    running.until_serves(&path).await;
                    (open, start.elapsed())
                },
                async {
                    namespace.until_ready(watch, 1).await;
                    start.elapsed()
                }
            );
            open.push(times.0);
            serves.push(times.1);
            said.push(at_ready);
            weights.push(running.resident().await);
            drop(running);
            namespace.clear().await;
        }
        opened.push(median(&mut open));
        served.push(median(&mut serves));
        ready.push(median(&mut said));
        weights.sort_unstable_by(f64::total_cmp);
        resident.push(weights[RUNS / 2]);
    }
    title("a start with three new Receivers");
    for (what, times) in [
        ("to the port open", opened),
        ("to the first path served", served),
        ("to the first Receiver Ready", ready),
    ] {
        row(what, "seconds", times[0], times[1], Target::None);
    }
    let (what, target) = ("resident memory, idle", Target::AtMost(0.4));
    row(what, "MiB", resident[0], resident[1], target);
}

fn median(times: &mut [Duration]) -> f64 {
    percentile(times, 0.5).as_secs_f64()
}
