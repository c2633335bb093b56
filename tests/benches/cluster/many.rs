//! 10 000 Receivers that come while a process runs, and what they weigh.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::Bench;
use crate::contender::{Running, Who};
use crate::objects::Namespace;
use crate::table::{Target, alone, row, title};

const RECEIVERS: usize = 10_000;

/// What became of them.
struct Many {
    /// From the last one's creation until each path is served, seconds.
    served: f64,
    /// The same until each is Ready.
    ready: f64,
    /// Memory then, MiB.
    resident: f64,
    /// Memory of a process that started when they were there.
    restarted: f64,
    created: Duration,
}

pub(crate) async fn run(bench: &Bench) {
    let bellpull = many(bench, Who::Bellpull).await;
    let flux = many(bench, Who::Flux).await;
    title(&format!(
        "10 000 new Receivers with a Secret each, created within {:.0} s beside Flux, {:.0} s beside \
         Bellpull",
        flux.created.as_secs_f64(),
        bellpull.created.as_secs_f64()
    ));
    row(
        "last one created to each path served",
        "seconds",
        flux.served,
        bellpull.served,
        Target::None,
    );
    alone(
        "of the 5 s that this may take",
        "seconds",
        bellpull.served,
        bellpull.served / 5.0,
        Target::AtMost(1.0),
    );
    row(
        "last one created to each Ready",
        "seconds",
        flux.ready,
        bellpull.ready,
        Target::AtMost(0.2),
    );
    row(
        "resident memory then",
        "MiB",
        flux.resident,
        bellpull.resident,
        Target::AtMost(0.4),
    );
    row(
        "resident memory, started when they were there",
        "MiB",
        flux.restarted,
        bellpull.restarted,
        Target::AtMost(0.4),
    );
}

async fn many(bench: &Bench, who: Who) -> Many {
    let namespace = Arc::new(Namespace::new(&bench.plane, &bench.api, "many"));
    let names: Vec<String> = (0..RECEIVERS)
        .map(|number| format!("app-{number}"))
        .collect();
    let running = Arc::new(Running::launch(who, &bench.plane));
    running.until_open().await;
    let watch = bench.api.watch(&namespace.receivers()).await;
    let ready = tokio::spawn({
        let namespace = Arc::clone(&namespace);
        async move {
            namespace.until_ready(watch, RECEIVERS).await;
            Instant::now()
        }
    });
    let served = tokio::spawn({
        let paths: Vec<String> = names.iter().map(|name| namespace.path(name)).collect();
        let running = Arc::clone(&running);
        async move {
            running.until_all_serve(&paths).await;
            Instant::now()
        }
    });
    let start = Instant::now();
    let resources = json!([{"kind": "GitRepository", "name": "app"}]);
    let lanes = names
        .iter()
        .map(|name| namespace.receiver(name, &resources));
    bench.api.all(lanes.collect()).await;
    let created = Instant::now();
    let since = |then: Instant| then.saturating_duration_since(created).as_secs_f64();
    let served = since(served.await.expect("they are served"));
    let ready = since(ready.await.expect("they become ready"));
    let resident = running.resident().await;
    drop(running);

    let again = Running::launch(who, &bench.plane);
    again
        .until_serves(&namespace.path(&names[RECEIVERS - 1]))
        .await;
    let restarted = again.resident().await;
    drop(again);
    namespace.clear().await;
    Many {
        served,
        ready,
        resident,
        restarted,
        created: created - start,
    }
}
