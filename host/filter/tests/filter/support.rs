//! Filters, and what they are evaluated over.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use bellpull_core::{
    Acceptance, ArtifactChange, Bytes, Change, DeliveryClient, Event, GitChange, Paths,
    VerifiedCertificate,
};
use bellpull_filter::{
    CelFilter, DeliveryVariable, EventFacts, InvalidExpression, Limits, ReceiverVariable,
    RequestBody, Resource,
};
use serde_json::json;

pub(crate) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(crate) fn compile(source: &str) -> Result<CelFilter, InvalidExpression> {
    CelFilter::compile(source, false, &Limits::default())
}

pub(crate) fn json_body(body: impl Into<Bytes>) -> RequestBody {
    RequestBody::new(Some("application/json"), body.into())
}

/// The first event of a delivery of which nothing else is known.
pub(crate) fn facts_of(accepted: impl Into<Acceptance>, body: RequestBody) -> EventFacts {
    let accepted = Arc::new(accepted.into());
    first(EventFacts::of_each(
        accepted,
        body,
        DeliveryVariable::default(),
        Arc::default(),
    ))
}

/// The first event of a delivery with every variable.
pub(crate) fn facts(accepted: impl Into<Acceptance>) -> EventFacts {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let delivery = DeliveryVariable {
        method: "POST".to_owned(),
        query: vec![pair("a", "1"), pair("a", "2")],
        headers: vec![pair("X-Event", "push"), pair("x-event", "again")],
        client: DeliveryClient {
            address: Some(IpAddr::from([192, 0, 2, 1])),
            certificate: Some(Arc::new(VerifiedCertificate {
                subject: "CN=sender,O=Acme".to_owned(),
                names: texts(&["sender.example"]),
            })),
        },
    };
    let receiver = ReceiverVariable {
        name: "app".to_owned(),
        namespace: "default".to_owned(),
        labels: BTreeMap::from([pair("team", "a")]),
        annotations: BTreeMap::new(),
    };
    let accepted = Arc::new(accepted.into());
    let body = json_body(r#"{"n":1}"#);
    first(EventFacts::of_each(
        accepted,
        body,
        delivery,
        Arc::new(receiver),
    ))
}

fn first(each: Vec<EventFacts>) -> EventFacts {
    each.into_iter().next().expect("an event")
}

pub(crate) fn resource() -> Resource {
    Resource::new(
        "v1",
        "Thing",
        &json!({"name": "app", "labels": {"env": "prod"}}),
    )
}

/// Each case is an expression, and what it comes to.
#[track_caller]
pub(crate) fn check(facts: &EventFacts, cases: &[(&str, bool)]) {
    for (source, expected) in cases {
        let filter = compile(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let found = filter.evaluate(facts, &resource());
        assert_eq!(found, Ok(*expected), "{source}");
    }
}

pub(crate) fn git_change(reference: Option<&str>, paths: Paths) -> Change {
    Change::Git(GitChange {
        repositories: texts(&["https://git.example/acme/app"]),
        reference: reference.map(str::to_owned),
        before: Some("aaa".to_owned()),
        after: Some("bbb".to_owned()),
        deleted: false,
        paths,
    })
}

pub(crate) fn push(changes: Vec<Change>) -> Acceptance {
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

/// A push to a branch, and an artifact that was deleted.
pub(crate) fn two_changes() -> Acceptance {
    let complete = Paths::Complete(texts(&["apps/prod/web.yaml", "docs/a.md"]));
    push(vec![
        git_change(Some("refs/heads/main"), complete),
        Change::Artifact(ArtifactChange {
            repositories: texts(&["registry.example/app"]),
            tag: Some("v1".to_owned()),
            digest: None,
            deleted: true,
        }),
    ])
}
