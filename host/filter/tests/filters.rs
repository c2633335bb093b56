//! What Bellpull adds: the event, the request, the Receiver, and how problems are shown.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in tests a panic is how a failure is told"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::{Acceptance, ArtifactChange, Bytes, Change, Event, GitChange, Paths};
use bellpull_filter::{
    CelFilter, DeliveryVariable, EvaluationError, EventFacts, InvalidExpression, Limits,
    ReceiverVariable, RequestBody, Resource,
};
use serde_json::json;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn git(reference: Option<&str>, paths: Paths) -> Change {
    Change::Git(GitChange {
        repositories: texts(&["https://git.example/acme/app"]),
        reference: reference.map(str::to_owned),
        before: Some("aaa".to_owned()),
        after: Some("bbb".to_owned()),
        deleted: false,
        paths,
    })
}

fn push(changes: Vec<Change>) -> Acceptance {
    let event = Event {
        kind: "push".to_owned(),
        action: Some("Published".to_owned()),
        changes,
        payload: None,
        dropped: Vec::new(),
    };
    Acceptance {
        delivery_id: Some("42".to_owned()),
        signed_at: Some("2026-03-01T12:00:00+02:00".to_owned()),
        ..Acceptance::from(event)
    }
}

fn facts(told: impl Into<Acceptance>) -> EventFacts {
    let delivery = DeliveryVariable {
        method: "POST".to_owned(),
        query: vec![
            ("a".to_owned(), "1".to_owned()),
            ("a".to_owned(), "2".to_owned()),
        ],
        headers: vec![
            ("X-Event".to_owned(), "push".to_owned()),
            ("x-event".to_owned(), "again".to_owned()),
        ],
    };
    let receiver = ReceiverVariable {
        name: "app".to_owned(),
        namespace: "default".to_owned(),
        labels: BTreeMap::from([("team".to_owned(), "a".to_owned())]),
        annotations: BTreeMap::new(),
    };
    let request = RequestBody::new(Some("application/json"), Bytes::from_static(b"{\"n\":1}"));
    let told = Arc::new(told.into());
    first(EventFacts::of_each(
        told,
        request,
        delivery,
        Arc::new(receiver),
    ))
}

fn first(each: Vec<EventFacts>) -> EventFacts {
    each.into_iter().next().expect("an event")
}

fn resource() -> Resource {
    Resource::new(
        "v1",
        "Thing",
        &json!({"name": "app", "labels": {"env": "prod"}}),
    )
}

fn compile(source: &str) -> Result<CelFilter, InvalidExpression> {
    CelFilter::compile(source, false, &Limits::default())
}

#[track_caller]
fn check(facts: &EventFacts, cases: &[(&str, bool)]) {
    for (source, expected) in cases {
        let filter = compile(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(
            filter.evaluate(facts, &resource()),
            Ok(*expected),
            "{source}"
        );
    }
}

fn two_changes() -> Acceptance {
    let complete = Paths::Complete(texts(&["apps/prod/web.yaml", "docs/a.md"]));
    push(vec![
        git(Some("refs/heads/main"), complete),
        Change::Artifact(ArtifactChange {
            repositories: texts(&["registry.example/app"]),
            tag: Some("v1".to_owned()),
            digest: None,
            deleted: true,
        }),
    ])
}

#[test]
fn an_event_has_its_members() {
    check(
        &facts(two_changes()),
        &[
            ("event.kind == 'push'", true),
            ("event.action == 'Published'", true),
            ("event.deliveryId == '42'", true),
            ("event.signedAt == timestamp('2026-03-01T10:00:00Z')", true),
            ("event.signedAt.getHours() == 10", true),
            (
                "event.changes.size() == 1 && event.artifacts.size() == 1",
                true,
            ),
            ("event.changes[0].ref == 'refs/heads/main'", true),
            (
                "event.changes[0].before == 'aaa' && event.changes[0].after == 'bbb'",
                true,
            ),
            (
                "event.changes.exists(c, 'docs/a.md' in c.paths && c.pathsComplete)",
                true,
            ),
            ("event.changes.all(c, !c.deleted)", true),
            ("event.changes[0].repositories[0].endsWith('/app')", true),
            (
                "event.artifacts[0].tag == 'v1' && event.artifacts[0].deleted",
                true,
            ),
            ("event.artifacts.exists(a, a.digest == '')", true),
            ("event == event", true),
            ("event.changes == event.changes", true),
            ("event.artifacts.map(a, a.tag) == ['v1']", true),
        ],
    );
}

#[test]
fn what_is_absent_reads_as_empty_and_is_told_apart() {
    let mut told = two_changes();
    told.events[0].action = None;
    told.signed_at = None;
    check(
        &facts(told),
        &[
            ("event.action == ''", true),
            ("has(event.action)", false),
            ("has(event.kind)", true),
            ("event.?action.hasValue()", false),
            ("event.?kind.orValue('x') == 'push'", true),
            ("event.signedAt == timestamp(0)", true),
            ("has(event.signedAt)", false),
            ("has(event.artifacts[0].digest)", false),
            ("has(event.artifacts[0].tag)", true),
            ("event.artifacts[?0].?digest.hasValue()", false),
            ("event.artifacts[?0].digest.hasValue()", false),
            ("event.artifacts[?0].tag.orValue('x') == 'v1'", true),
            ("event.artifacts[?7].tag.hasValue()", false),
            ("event.changes.exists(c, has(c.ref))", true),
            (
                "event.artifacts.first().optMap(a, a.tag).orValue('') == 'v1'",
                true,
            ),
        ],
    );
    check(
        &facts(Event::default()),
        &[
            ("event.changes.size() == 0 && event.artifacts == []", true),
            ("has(event.changes)", false),
            ("event.kind == ''", true),
        ],
    );
}

#[test]
fn a_request_and_a_receiver_have_their_members() {
    check(
        &facts(two_changes()),
        &[
            ("delivery.method == 'POST'", true),
            ("delivery.query.a == '1'", true),
            ("'b' in delivery.query", false),
            ("delivery.headers['x-event'] == 'push, again'", true),
            ("has(delivery.headers.authorization)", false),
            ("delivery.headers.?nope.orValue('x') == 'x'", true),
            (
                "receiver.name == res.metadata.name && receiver.namespace == 'default'",
                true,
            ),
            ("receiver.labels.team == 'a'", true),
            ("receiver.annotations == {}", true),
            ("has(receiver.annotations)", false),
            ("req.n == 1 && res.metadata.labels.env == 'prod'", true),
        ],
    );
}

#[test]
fn refs_are_matched_by_globs() {
    let cases = [
        (
            Some("refs/heads/main"),
            "event.onRef('refs/heads/main')",
            true,
        ),
        (Some("refs/heads/main"), "event.onRef('refs/heads/*')", true),
        (Some("refs/heads/a/b"), "event.onRef('refs/heads/*')", false),
        (Some("refs/heads/a/b"), "event.onRef('refs/heads/**')", true),
        (
            Some("refs/tags/v1"),
            "event.onRef('refs/heads/*', 'refs/tags/v*')",
            true,
        ),
        (
            Some("refs/tags/v1"),
            "event.onRef('refs/tags/{v,w}[0-9]')",
            true,
        ),
        (
            Some("refs/tags/x"),
            "event.onRef('refs/heads/*', 'refs/tags/v*')",
            false,
        ),
        (None, "event.onRef('refs/heads/main')", true),
        (
            Some("refs/heads/app"),
            "event.onRef('refs/heads/' + res.metadata.name)",
            true,
        ),
        (
            Some("refs/heads/main"),
            "!event.onRef('refs/heads/main')",
            false,
        ),
    ];
    for (reference, source, expected) in cases {
        let facts = facts(push(vec![git(reference, Paths::Unknown)]));
        check(&facts, &[(source, expected)]);
    }
    check(
        &facts(Event::default()),
        &[("event.onRef('refs/heads/main')", false)],
    );
}

#[test]
fn paths_are_matched_as_git_ignores_them() {
    let complete = |paths: &[&str]| Paths::Complete(texts(paths));
    let cases = [
        (
            complete(&["apps/prod/a.yaml"]),
            "event.touches('apps/prod/**')",
            true,
        ),
        (
            complete(&["apps/dev/a.yaml"]),
            "event.touches('apps/prod/**')",
            false,
        ),
        (
            complete(&["apps/prod/a.yaml"]),
            "event.touches('apps/')",
            true,
        ),
        (
            complete(&["x/apps/a.yaml"]),
            "event.touches('/apps/')",
            false,
        ),
        (complete(&["x/apps/a.yaml"]), "event.touches('apps/')", true),
        (complete(&["a/b.md"]), "event.touches('*.md')", true),
        (complete(&["a/b.md"]), "event.touches('*', '!*.md')", false),
        (
            complete(&["a/b.md", "c.yaml"]),
            "event.touches('*', '!*.md')",
            true,
        ),
        (
            complete(&["/apps/a", "./apps/b"]),
            "event.touches('/apps/*')",
            true,
        ),
        (complete(&[]), "event.touches('*')", false),
        (Paths::Unknown, "event.touches('none')", true),
        (
            Paths::Truncated(texts(&["a"])),
            "event.touches('none')",
            true,
        ),
        (
            complete(&["prod/app"]),
            "event.touches('prod/' + receiver.name)",
            true,
        ),
    ];
    for (paths, source, expected) in cases {
        let facts = facts(push(vec![git(Some("refs/heads/main"), paths)]));
        check(&facts, &[(source, expected)]);
    }
    check(&facts(Event::default()), &[("event.touches('*')", false)]);
}

#[test]
fn actions_are_compared_without_case() {
    check(
        &facts(two_changes()),
        &[
            ("event.isAction('published')", true),
            ("event.isAction('opened', 'PUBLISHED')", true),
            ("event.isAction('opened')", false),
            ("event.isAction(res.metadata.name)", false),
        ],
    );
}

#[test]
fn what_the_provider_unwrapped_stands_in_for_the_body() {
    let mut told = two_changes();
    told.events[0].payload = Some(r#"{"unwrapped": true}"#.to_owned());
    check(&facts(told), &[("has(req.unwrapped) && !has(req.n)", true)]);
}

#[test]
fn only_a_filter_that_reads_the_request_minds_a_malformed_one() {
    let request = RequestBody::new(Some("application/json"), Bytes::from_static(b"[1]"));
    let facts = first(EventFacts::of_each(
        Arc::new(Event::default().into()),
        request,
        DeliveryVariable::default(),
        Arc::default(),
    ));
    assert!(facts.check_request().is_err());
    let blind = compile("res.kind == 'Thing'").expect("a filter");
    assert!(!blind.reads_request());
    assert_eq!(blind.evaluate(&facts, &resource()), Ok(true));
    let reading = compile("res.kind == 'Thing' || has(req.a)").expect("a filter");
    assert!(reading.reads_request());
    assert!(blind.reads_resource() && reading.reads_resource());
    let neither = compile("event.kind == 'push'").expect("a filter");
    assert!(!neither.reads_request() && !neither.reads_resource());
    let outcome = reading.evaluate(&facts, &resource());
    assert!(
        matches!(outcome, Err(EvaluationError::Request(_))),
        "{outcome:?}"
    );
}

#[test]
fn claims_are_there_for_those_who_have_them() {
    let source = "claims.sub == 'repo:acme/app' && claims.exp > 1";
    let error = compile(source).expect_err("no claims");
    assert_eq!(error.problems.len(), 2, "{error}");
    let claims = json!({"sub": "repo:acme/app", "exp": 2});
    let claims = claims.as_object().expect("an object").clone();
    let facts = facts(Acceptance {
        claims: Some(Arc::new(claims)),
        ..two_changes()
    });
    let filter = CelFilter::compile(source, true, &Limits::default()).expect("a filter");
    assert_eq!(filter.evaluate(&facts, &resource()), Ok(true));
}

#[test]
fn a_delivery_is_filtered_by_many_threads_at_once() {
    let facts = facts(two_changes());
    let resource = resource();
    let filter = compile("req.n == 1 && event.onRef('refs/heads/main')").expect("a filter");
    std::thread::scope(|scope| {
        let evaluate = || filter.evaluate(&facts, &resource);
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(evaluate)).collect();
        for thread in threads {
            assert_eq!(thread.join().expect("no panic"), Ok(true));
        }
    });
}
