//! CEL: any text compiles or is refused, and what compiles has a value within its steps.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use bellpull_core::{
    Acceptance, ArtifactChange, Bytes, Change, DeliveryClient, Event, GitChange, Paths,
    RequestChange,
};
use bellpull_filter::{
    Bindings, CelFilter, CelValue, DeliveryVariable, EvaluationError, EventFacts, ExplainedPart,
    Expression, ExpressionScope, Limits, ReceiverVariable, RequestBody, Resource,
};
use serde_json::json;

use crate::FuzzTarget;

/// An expression.
pub(crate) const TARGET: FuzzTarget = FuzzTarget { name: "cel", run };

/// Fewer steps than a filter has, so that an input takes a millisecond at most.
const LIMITS: Limits = Limits {
    source_bytes: 4 << 10,
    nodes: 2_000,
    depth: 100,
    steps: 20_000,
};

struct World {
    facts: Vec<EventFacts>,
    resources: [Resource; 2],
    claims: Bindings,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let document = json!({"a": 1, "b": "x", "l": [1, "a", null, 2.5], "m": {"a": {"b": true}},
        "s": "héllo wörld", "t": "2026-03-01T12:00:00Z", "ref": "refs/heads/main"});
    let changes = vec![
        Change::Git(GitChange {
            repositories: texts(&["https://git.example/acme/app"]),
            reference: Some("refs/heads/main".to_owned()),
            before: Some("0".repeat(40)),
            after: Some("a1".repeat(20)),
            deleted: false,
            paths: Paths::Complete(texts(&["apps/prod/web.yaml", "docs/a.md"])),
        }),
        Change::Artifact(ArtifactChange {
            repositories: texts(&["registry.example/app"]),
            tag: Some("v1.2.3".to_owned()),
            ..ArtifactChange::default()
        }),
        Change::Request(RequestChange {
            number: "17".to_owned(),
            labels: Some(texts(&["deploy"])),
            ..RequestChange::default()
        }),
    ];
    let event = |kind: &str, changes: Vec<Change>| Event {
        kind: kind.to_owned(),
        action: Some("opened".to_owned()),
        changes,
        ..Event::default()
    };
    let acceptance = Acceptance {
        events: vec![event("push", changes), event("ping", Vec::new())],
        complete: true,
        delivery_id: Some("42".to_owned()),
        signed_at: Some("2026-03-01T12:00:00+02:00".to_owned()),
        claims: None,
    };
    let delivery = DeliveryVariable {
        method: "POST".to_owned(),
        query: vec![pair("a", "1"), pair("a", "2")],
        headers: vec![pair("X-Event", "push"), pair("x-event", "again")],
        client: DeliveryClient {
            address: Some(IpAddr::from([192, 0, 2, 1])),
            certificate: None,
        },
    };
    let receiver = ReceiverVariable {
        name: "app".to_owned(),
        namespace: "default".to_owned(),
        labels: BTreeMap::from([pair("team", "a")]),
        annotations: BTreeMap::new(),
    };
    let body = RequestBody::new(Some("application/json"), Bytes::from(document.to_string()));
    let resource = |name: &str, labels: serde_json::Value| {
        Resource::new("v1", "Thing", &json!({"name": name, "labels": labels}))
    };
    World {
        facts: EventFacts::of_each(Arc::new(acceptance), body, delivery, Arc::new(receiver)),
        resources: [
            resource("app", json!({"env": "prod"})),
            resource("other", json!({})),
        ],
        claims: Bindings::new().with("claims", document.as_object().expect("an object")),
    }
});

static READS_VARIABLE: LazyLock<Expression> = LazyLock::new(|| {
    let scope = &ExpressionScope::OIDC_VARIABLE;
    Expression::compile("vars.a == vars.a", scope, &LIMITS).expect("an expression")
});

fn run(input: &[u8]) {
    let Ok(source) = std::str::from_utf8(input) else {
        return;
    };
    evaluates_over_claims(&source.replace("req", "claims"));
    let filter = match CelFilter::compile(source, false, &LIMITS) {
        Ok(filter) => filter,
        Err(error) => {
            assert_eq!(
                CelFilter::compile(source, false, &LIMITS).err(),
                Some(error.clone())
            );
            assert!((1..=20).contains(&error.problems.len()), "{error}");
            for problem in &error.problems {
                let lines = source.lines().count() + 1;
                let position = problem.position.as_ref();
                assert!(
                    position.is_none_or(|place| (1..=lines).contains(&place.line)),
                    "{error}"
                );
            }
            let told = error.to_string();
            assert!(!told.contains("the parser failed"), "{source}: {told}");
            assert!(
                told.len() <= 64 << 10,
                "{} bytes of {error:.200}",
                told.len()
            );
            return;
        }
    };
    assert_eq!(filter.source(), source);
    assert!(filter.memory() >= source.len());
    selects(&filter);
    cost_is_what_it_takes(&filter);
}

fn evaluates_over_claims(source: &str) {
    let Ok(expression) = Expression::compile(source, &ExpressionScope::OIDC_VARIABLE, &LIMITS)
    else {
        return;
    };
    let value = expression.evaluate(&WORLD.claims);
    assert!(
        is_same(&value, &expression.evaluate(&WORLD.claims)),
        "{value:?}"
    );
    if let Ok(value) = value {
        // It is shown, and variables that follow read it.
        let _ = value.to_string();
        let bound = Bindings::new().with_values("vars", &[("a".to_owned(), value)]);
        let _ = READS_VARIABLE.evaluate(&bound);
    }
}

/// A filter has one value over one event and one resource, and says what it reads.
fn selects(filter: &CelFilter) {
    let World {
        facts, resources, ..
    } = &*WORLD;
    for facts in facts {
        let [one, other] = resources
            .each_ref()
            .map(|resource| filter.evaluate(facts, resource));
        if !filter.reads_resource() {
            assert_eq!(one, other, "it does not read the resource");
        }
        assert_eq!(one, filter.evaluate(facts, &resources[0]), "it changes");
        let parts = filter.explain(facts, &resources[0]);
        explains(&parts, filter.source(), &one);
    }
}

/// The parts are parts of the text, each after the one that it is in, and the first is the whole.
fn explains(parts: &[ExplainedPart], source: &str, whole: &Result<bool, EvaluationError>) {
    let mut before = 0;
    for (at, part) in parts.iter().enumerate() {
        assert!(
            source.get(part.span.clone()).is_some(),
            "{:?} of {source}",
            part.span
        );
        assert!(
            part.depth <= before + usize::from(at > 0),
            "a part of nothing"
        );
        before = part.depth;
    }
    let Some(first) = parts.first().filter(|first| first.depth == 0) else {
        return;
    };
    match (
        first.outcome.as_ref().expect("the whole is evaluated"),
        whole,
    ) {
        (Ok(CelValue::Bool(told)), Ok(whole)) => assert_eq!(told, whole, "{source}"),
        // What is shown takes steps of its own, and a value that is shown is copied.
        (Err(EvaluationError::Steps(_)), _) | (Err(_), Err(_)) => {}
        (told, whole) => panic!("{source}: {told:?} is told of {whole:?}"),
    }
}

/// With fewer steps there is the same value, or none.
fn cost_is_what_it_takes(filter: &CelFilter) {
    let World {
        facts, resources, ..
    } = &*WORLD;
    let limits = Limits {
        steps: 100,
        ..LIMITS
    };
    // A constant part may take more than these steps when it is compiled.
    let Ok(little) = CelFilter::compile(filter.source(), false, &limits) else {
        return;
    };
    let [much, little] = [filter, &little].map(|one| one.evaluate(&facts[0], &resources[0]));
    if !matches!(little, Err(EvaluationError::Steps(_))) {
        assert_eq!(much, little, "{}", filter.source());
    }
}

fn is_same(
    one: &Result<CelValue, EvaluationError>,
    other: &Result<CelValue, EvaluationError>,
) -> bool {
    // NaN is no value of its own.
    format!("{one:?}") == format!("{other:?}")
}
