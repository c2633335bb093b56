//! What selecting among a thousand targets takes of a delivery: without a filter, by filters, and by
//! what the event is of.

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

use bellpull::offline::OfflineHost;
use bellpull::plan_types::SandboxRoute;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_core::{Delivery, Target, limits};
use bellpull_filter::CelFilters;
use bellpull_matching::TargetSpec;
use bellpull_ports::{Effort, Entry, FoundTarget, TargetObject};
use bellpull_road::{Authorized, Road, Selection, Staged};
use bellpull_tests::nowhere::Nowhere;
use serde_json::{Value, json};
use support::{delivery, percentile, route_with};

const TARGETS: usize = 1000;
/// A push with its facts.
const BODY: usize = 25 << 10;
/// How long each is repeated.
const SPAN: Duration = Duration::from_secs(2);

const CASES: [(&str, &str, bool); 8] = [
    ("no filter", "", false),
    (
        "res.metadata.name == 'x' && req.ref == 'refs/heads/main'",
        "res.metadata.name == 'x' && req.ref == 'refs/heads/main'",
        false,
    ),
    (
        "req.ref == 'refs/heads/main' (asked once)",
        "req.ref == 'refs/heads/main'",
        false,
    ),
    (
        "event.onRef('refs/heads/*') && res.metadata.labels.team == 'a'",
        "event.onRef('refs/heads/*') && res.metadata.labels.team == 'a'",
        false,
    ),
    (
        "a loop over the commits, and res",
        "req.commits.exists(c, c.id == res.metadata.name)",
        false,
    ),
    (
        "a pattern, and res",
        "req.ref.matches('^refs/(heads|tags)/') && res.metadata.name == 'x'",
        false,
    ),
    (
        "event.touches('apps/prod/**') && res.metadata.labels.team == 'a'",
        "event.touches('apps/prod/**') && res.metadata.labels.team == 'a'",
        false,
    ),
    ("matchEvent", "", true),
];

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (verify, cache) = (VerifyArgs::default(), CacheArgs::default());
    let loader = Loader::with_egress(&verify, &cache, Arc::new(Nowhere)).expect("a loader");
    let catalog = runtime
        .block_on(loader.bundled_catalog())
        .expect("components");
    let road = Road::new(Arc::new(OfflineHost::without_targets(&catalog)));
    let delivery = delivery(BODY);
    let objects = objects();
    println!(
        "{TARGETS} targets, a push of {} KiB; p50",
        delivery.body.len() >> 10
    );
    println!(
        "{:64} {:>12} {:>12} {:>12}",
        "", "a delivery", "a target", "a second"
    );
    for (name, filter, match_event) in CASES {
        let route = runtime.block_on(route_with(&catalog, "r", spec(filter, match_event)));
        let authorized = runtime.block_on(proven(&road, route, &delivery));
        let took = p50(|| {
            black_box(selected(&authorized, &objects));
        });
        println!(
            "{name:64} {:>9.1} µs {:>9.3} µs {:>12.0}",
            took.as_secs_f64() * 1e6,
            took.as_secs_f64() * 1e6 / TARGETS as f64,
            TARGETS as f64 / took.as_secs_f64()
        );
    }
}

fn spec(filter: &str, match_event: bool) -> Value {
    json!({
        "type": "github", "events": ["push"], "secretRef": {"name": "s"}, "resourceFilter": filter,
        "resources": [{
            "kind": "GitRepository", "name": "*", "matchLabels": {"team": "a"},
            "matchEvent": match_event,
        }],
    })
}

async fn proven(
    road: &Road<OfflineHost>,
    route: Arc<SandboxRoute>,
    delivery: &Arc<Delivery>,
) -> Staged<OfflineHost, Authorized> {
    let entry = Entry::Serving(route);
    let deadline = Instant::now() + limits::ANSWER_DEADLINE;
    let arrived = road.arrive(
        entry,
        Arc::clone(delivery),
        limits::MAX_BODY,
        deadline.into(),
    );
    road.prove(arrived.expect("a POST"), &mut ())
        .await
        .expect("a push")
}

fn objects() -> Vec<FoundTarget> {
    let object = |number: usize| {
        let name = format!("app-{number}");
        let whole = json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": {"name": name, "namespace": "default", "labels": {"team": "a"}},
            "spec": {"url": format!("https://github.com/acme/{name}"), "ref": {"branch": "main"}},
        });
        let target = Target {
            api_version: "source.toolkit.fluxcd.io/v1".into(),
            kind: "GitRepository".into(),
            namespace: "default".into(),
            name,
        };
        let spec = TargetSpec::read(&target.api_version, &target.kind, &whole);
        FoundTarget {
            object: Some(Arc::new(TargetObject::new(whole, spec))),
            ..FoundTarget::from(target)
        }
    };
    (0..TARGETS).map(object).collect()
}

/// Everything that a delivery does anew: what of it filters read is made once, and for the first.
fn selected(authorized: &Staged<OfflineHost, Authorized>, objects: &[FoundTarget]) -> usize {
    let filters = CelFilters::default();
    let selector = authorized.selector(&filters);
    selector.readable().expect("JSON");
    let selected = objects.iter().filter(|found| {
        matches!(
            selector.select(0, found, Effort::Whole),
            Selection::Selected(_)
        )
    });
    selected.count()
}

fn p50(mut run: impl FnMut()) -> Duration {
    let (begun, mut samples) = (Instant::now(), Vec::new());
    while begun.elapsed() < SPAN || samples.len() < 10 {
        let start = Instant::now();
        run();
        samples.push(start.elapsed());
    }
    percentile(&mut samples, 0.5)
}
