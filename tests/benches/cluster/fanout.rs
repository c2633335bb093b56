//! One delivery that notifies many objects.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::Bench;
use crate::contender::{Running, Who};
use crate::objects::{Annotations, Namespace};
use crate::support::{percentile, push, signature};
use crate::table::{Target, alone, note, row, title};

/// Objects that one delivery notifies.
const OBJECTS: usize = 1_000;
/// Deliveries that are measured, of each.
const RUNS: usize = 7;

/// One delivery to 1 000 GitRepositories, and the same patches sent as fast as the API server takes
/// them.
pub(crate) async fn run(bench: &Bench) {
    let namespace = Namespace::new(&bench.plane, &bench.api, "fanout");
    let labels = json!({"team": "a"});
    let names: Vec<String> = (0..OBJECTS).map(|number| format!("app-{number}")).collect();
    let all = json!([{"kind": "GitRepository", "name": "*", "matchLabels": labels}]);
    let mut lanes = vec![namespace.receiver("all", &all)];
    lanes.extend(names.iter().map(|name| namespace.repository(name, &labels)));
    bench.api.all(lanes).await;

    let mut annotations = Annotations::of(&namespace, OBJECTS).await;
    let (mut times, mut limits) = (Vec::new(), Vec::new());
    for who in [Who::Flux, Who::Bellpull] {
        let running = Running::launch(who, &bench.plane);
        running.until_serves(&namespace.path("all")).await;
        let mut taken = Vec::new();
        let mut bare = Vec::new();
        for run in 0..=RUNS {
            let start = Instant::now();
            let value = format!("{who:?}-{run}");
            let patches = names.iter().map(|name| vec![namespace.patch(name, &value)]);
            tokio::join!(
                bench.api.all(patches.collect()),
                annotations.until_all_differ()
            );
            bare.push(start.elapsed());
            let start = Instant::now();
            tokio::join!(
                deliver(&running, &namespace),
                annotations.until_all_differ()
            );
            taken.push(start.elapsed());
        }
        // The first of each finds caches cold.
        times.push(median(&mut taken[1..]));
        limits.push(median(&mut bare[1..]));
    }
    title("one delivery to 1 000 GitRepositories by matchLabels");
    let what = "from sending to the last one annotated";
    row(what, "seconds", times[0], times[1], Target::None);
    let target = Target::AtMost(1.2);
    alone(
        "against the API server's own limit",
        "seconds",
        times[1],
        times[1] / limits[1],
        target,
    );
    note(&format!(
        "  that limit, {RUNS} runs between the others: {:.2} beside Flux, {:.2} beside Bellpull",
        limits[0], limits[1]
    ));
    namespace.clear().await;
}

async fn deliver(running: &Running, namespace: &Namespace) {
    let body = push(7_500);
    let signature = signature(&body);
    let request = reqwest::Client::new()
        .post(format!(
            "http://{}{}",
            running.receiver,
            namespace.path("all")
        ))
        .header("content-type", "application/json")
        .header("x-github-event", "push")
        .header("x-hub-signature-256", signature)
        .body(body);
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

fn median(times: &mut [Duration]) -> f64 {
    percentile(times, 0.5).as_secs_f64()
}
