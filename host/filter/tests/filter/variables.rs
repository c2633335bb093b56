//! The variables that Bellpull adds, and their members.

use std::sync::Arc;

use bellpull_core::{Acceptance, Event};
use bellpull_filter::{CelFilter, Limits};
use serde_json::json;

use super::support::{check, compile, facts, facts_of, json_body, resource, two_changes};

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
fn an_absent_member_reads_as_empty_and_can_be_told_apart() {
    let mut accepted = two_changes();
    accepted.events[0].action = None;
    accepted.signed_at = None;
    check(
        &facts(accepted),
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
fn a_client_has_an_address_and_the_names_of_its_certificate() {
    check(
        &facts(two_changes()),
        &[
            ("delivery.client.address == '192.0.2.1'", true),
            ("delivery.client.address.startsWith('192.0.2.')", true),
            ("delivery.client.subject == 'CN=sender,O=Acme'", true),
            ("'sender.example' in delivery.client.names", true),
            ("delivery.client.names.all(n, n.endsWith('.example'))", true),
            (
                "has(delivery.client.subject) && has(delivery.client.names)",
                true,
            ),
            ("delivery.client == delivery.client", true),
        ],
    );
}

#[test]
fn an_unknown_client_reads_as_empty_and_can_be_told_apart() {
    check(
        &facts_of(two_changes(), json_body("{}")),
        &[
            ("has(delivery.client)", true),
            ("has(delivery.client.address)", false),
            ("has(delivery.client.subject)", false),
            ("has(delivery.client.names)", false),
            (
                "delivery.client.address == '' && delivery.client.subject == ''",
                true,
            ),
            ("delivery.client.names == []", true),
            (
                "delivery.client.?subject.orValue('nobody') == 'nobody'",
                true,
            ),
        ],
    );
}

#[test]
fn only_a_filter_with_claims_reads_them() {
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
