//! What the benchmarks share: bodies, routes, percentiles, a served Bellpull.

#![allow(dead_code, reason = "each benchmark uses its part")]

pub(crate) mod serve;
pub(crate) mod wrk;

use std::sync::Arc;
use std::time::Duration;

use bellpull::plan_types::SandboxRoute;
use bellpull_api::Metadata;
use bellpull_core::{
    Bytes, Delivery, DeliveryId, ReceiverObject, SecretBytes, SecretObject, Timestamp, http,
};
use bellpull_filter::CelFilters;
use bellpull_plan::{Objects, Planner};
use bellpull_ports::Entry;
use bellpull_sandbox::Catalog;

/// What serves.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The key of every benchmark.
pub(crate) const TOKEN: &str = "benchmark-token";

/// A GitHub push of at least `size` bytes: a real one whose commit is repeated.
pub(crate) fn push(size: usize) -> Vec<u8> {
    let text = include_str!("../../cases/github/push-branch/body.json");
    let mut push: serde_json::Value = serde_json::from_str(text).expect("the case is JSON");
    let commit = push["head_commit"].clone();
    let whole = text.len();
    let one = commit.to_string().len() + 1;
    let commits = push["commits"].as_array_mut().expect("a push has commits");
    for _ in 0..size.saturating_sub(whole).div_ceil(one) {
        commits.push(commit.clone());
    }
    if size < whole {
        // Smaller than a real push: the repository's many URLs go first.
        push["repository"] = serde_json::json!({
            "clone_url": push["repository"]["clone_url"],
            "ssh_url": push["repository"]["ssh_url"],
        });
        push["sender"] = serde_json::Value::Null;
        push["commits"] = serde_json::json!([]);
    }
    push.to_string().into_bytes()
}

/// The value of `x-hub-signature-256`.
pub(crate) fn signature(body: &[u8]) -> String {
    let key = bellpull_core::SecretBytes::new(TOKEN.as_bytes().to_vec());
    let mac = bellpull_proof::sign(
        &key,
        "token",
        bellpull_core::Encoding::Text,
        bellpull_proof::HmacAlgorithm::Sha256,
        &[body],
    )
    .expect("text is a key");
    format!("sha256={}", hex::encode(mac))
}

/// The value below which `share` of the samples lie.
pub(crate) fn percentile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort_unstable();
    let last = samples.len().saturating_sub(1);
    samples[(last as f64 * share) as usize]
}

/// Microseconds with one decimal.
pub(crate) fn us(duration: Duration) -> String {
    format!("{:.1}", duration.as_secs_f64() * 1e6)
}

/// Resident memory of this process, KiB.
pub(crate) fn resident() -> u64 {
    serve::resident_of("self")
}

/// The route of a Receiver of `provider` that lists one event.
pub(crate) async fn route(catalog: &Catalog, provider: &str, event: &str) -> Arc<SandboxRoute> {
    route_of(catalog, "r", provider, event).await
}

/// The same of a Receiver of that name.
pub(crate) async fn route_of(
    catalog: &Catalog,
    receiver: &str,
    provider: &str,
    event: &str,
) -> Arc<SandboxRoute> {
    let spec = serde_json::json!({
        "type": provider, "events": [event], "secretRef": {"name": "s"}, "resources": [],
    });
    route_with(catalog, receiver, spec).await
}

/// The same of a whole spec.
pub(crate) async fn route_with(
    catalog: &Catalog,
    receiver: &str,
    spec: serde_json::Value,
) -> Arc<SandboxRoute> {
    let metadata = Metadata {
        name: receiver.to_owned(),
        ..Metadata::default()
    };
    let receiver = ReceiverObject::new(&metadata, serde_json::from_value(spec).expect("a spec"));
    let data = [(
        "token".to_owned(),
        SecretBytes::new(TOKEN.as_bytes().to_vec()),
    )]
    .into();
    let secret = SecretObject {
        namespace: "default".into(),
        name: "s".into(),
        data,
    };
    let objects = Objects::new([receiver], [secret]);
    let plan = Planner::new()
        .plan(&objects, catalog, &CelFilters::default())
        .await;
    match plan.routes.iter().next() {
        Some((_, Entry::Serving(route))) => Arc::clone(route),
        _ => panic!("not ready: {:?}", plan.receivers),
    }
}

/// A signed push of about `size` bytes.
pub(crate) fn delivery(size: usize) -> Arc<Delivery> {
    let body = push(size);
    let mut headers = http::HeaderMap::new();
    let signature = signature(&body).parse().expect("a header value");
    headers.insert("x-hub-signature-256", signature);
    headers.insert("x-github-event", "push".parse().expect("a header value"));
    headers.insert(
        "content-type",
        "application/json".parse().expect("a header value"),
    );
    Arc::new(Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::now(),
        method: http::Method::POST,
        target: "/hook/benchmark".to_owned(),
        headers,
        body: Bytes::from(body),
        client: Default::default(),
    })
}
