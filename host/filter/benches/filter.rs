//! What a filter costs: compiled once, a body converted once, and evaluated for each of a
//! thousand resources.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot go on stops; criterion's macro makes functions"
)]

use std::hint::black_box;
use std::sync::Arc;

use bellpull_core::{Bytes, Change, Event, GitChange, Paths};
use bellpull_filter::{DeliveryFacts, Facts, Filter, Limits, ReceiverFacts, Request, Resource};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;

/// A push of about 25 KiB.
fn body() -> Bytes {
    let commits: Vec<_> = (0..24)
        .map(|number| {
            json!({
                "id": format!("{number:040x}"),
                "message": "Change what is deployed\n\nand say why ".repeat(6),
                "timestamp": "2026-03-01T12:00:00Z",
                "author": {"name": "A", "email": "a@example.org", "username": "a"},
                "added": [format!("apps/prod/{number}.yaml"), format!("docs/{number}.md")],
                "removed": [],
                "modified": ["README.md", "apps/dev/kustomization.yaml"],
            })
        })
        .collect();
    let repository: serde_json::Map<String, serde_json::Value> = (0..100)
        .map(|number| {
            let url = format!("https://api.example.org/repos/acme/app/{number}");
            (format!("member_{number}_url"), url.into())
        })
        .collect();
    let body = json!({
        "ref": "refs/heads/main",
        "commits": commits,
        "repository": repository,
    });
    Bytes::from(body.to_string())
}

fn facts(body: &Bytes) -> Facts {
    let event = Event {
        kind: "push".to_owned(),
        changes: vec![Change::Git(GitChange {
            reference: Some("refs/heads/main".to_owned()),
            paths: Paths::Complete((0..48).map(|number| format!("docs/{number}.md")).collect()),
            ..GitChange::default()
        })],
        ..Event::default()
    };
    Facts::new(
        Arc::new(event),
        Request::Json(body.clone()),
        DeliveryFacts::default(),
        Arc::new(ReceiverFacts::default()),
    )
}

fn resources() -> Vec<Resource> {
    (0..1000)
        .map(|number| {
            let metadata = json!({
                "name": format!("app-{number}"),
                "namespace": "default",
                "labels": {"team": "a"},
                "generation": 4,
            });
            Resource::new("source.toolkit.fluxcd.io/v1", "GitRepository", &metadata)
        })
        .collect()
}

fn filters(criterion: &mut Criterion) {
    let body = body();
    let mut group = criterion.benchmark_group("body");
    group.throughput(Throughput::Bytes(
        body.len().try_into().expect("a small body"),
    ));
    group.bench_function("converted", |bencher| {
        bencher.iter(|| black_box(facts(&body).check_request()));
    });
    group.finish();

    let cases = [
        (
            "names",
            "res.metadata.name == 'x' && req.ref == 'refs/heads/main'",
        ),
        (
            "both sides",
            "res.metadata.name == 'app-7' && req.ref == 'refs/heads/main'",
        ),
        ("two dynamic sides", "res.metadata.namespace == req.ref"),
        ("a pattern", "req.ref.matches('^refs/(heads|tags)/')"),
        ("a ref", "event.onRef('refs/heads/main', 'refs/tags/v*')"),
        ("48 paths", "event.touches('apps/prod/**')"),
        (
            "a loop over 24 commits",
            "req.commits.exists(c, c.id == 'x')",
        ),
        (
            "a loop over 48 files",
            "req.commits.exists(c, c.added.exists(f, f.startsWith('x/')))",
        ),
    ];
    let (facts, resources) = (facts(&body), resources());
    let mut group = criterion.benchmark_group("1000 resources");
    group.throughput(Throughput::Elements(1000));
    group.sample_size(20);
    for (name, source) in cases {
        let filter = Filter::compile(source, false, &Limits::default()).expect(source);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let matching = resources.iter().filter(|resource| {
                    filter
                        .evaluate(&facts, resource)
                        .is_ok_and(|matching| matching)
                });
                black_box(matching.count())
            });
        });
    }
    group.finish();

    criterion.bench_function("compiled", |bencher| {
        let source = "res.metadata.name == 'x' && event.onRef('refs/heads/main', 'refs/tags/v*')";
        bencher.iter(|| black_box(Filter::compile(source, false, &Limits::default()).is_ok()));
    });
}

criterion_group!(benches, filters);
criterion_main!(benches);
