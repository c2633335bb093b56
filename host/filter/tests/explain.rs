//! What an explanation tells.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

use std::sync::Arc;

use bellpull_core::{Bytes, Event};
use bellpull_filter::{CelFilter, DeliveryVariable, EventFacts, Limits, RequestBody, Resource};
use serde_json::json;

/// One line for each part: indented by its depth, with what it came to.
fn explained(source: &str) -> Vec<String> {
    let body = br#"{"ref":"refs/heads/main","n":2,"list":[1,2],"deep":{"a":{"b":"c"}}}"#;
    let request = RequestBody::new(Some("application/json"), Bytes::from_static(body));
    let event = Event {
        kind: "push".to_owned(),
        ..Event::default()
    };
    let facts = EventFacts::of_each(
        Arc::new(event.into()),
        request,
        DeliveryVariable::default(),
        Arc::default(),
    );
    let facts = facts.first().expect("an event");
    let resource = Resource::new("v1", "Thing", &json!({"name": "app"}));
    let filter = CelFilter::compile(source, false, &Limits::default()).expect(source);
    let steps = filter.explain(facts, &resource);
    let line = |step: &bellpull_filter::ExplainedPart| {
        let outcome = match &step.outcome {
            None => "not evaluated".to_owned(),
            Some(Ok(value)) => value.to_string(),
            Some(Err(error)) => format!("error: {error}"),
        };
        format!(
            "{}{} → {outcome}",
            "  ".repeat(step.depth),
            &source[step.span.clone()]
        )
    };
    steps.iter().map(line).collect()
}

#[test]
fn every_part_is_told_in_the_order_of_the_source() {
    let cases: &[(&str, &[&str])] = &[
        (
            "res.metadata.name == 'app' && req.ref == 'x'",
            &[
                "res.metadata.name == 'app' && req.ref == 'x' → false",
                "  res.metadata.name == 'app' → true",
                "    res.metadata.name → \"app\"",
                "  req.ref == 'x' → false",
                "    req.ref → \"refs/heads/main\"",
            ],
        ),
        (
            "req.n == 1 && req.nope == 'x'",
            &[
                "req.n == 1 && req.nope == 'x' → false",
                "  req.n == 1 → false",
                "    req.n → 2",
                "  req.nope == 'x' → not evaluated",
                "    req.nope → not evaluated",
            ],
        ),
        (
            "req.nope == 'x' || req.n == 2",
            &[
                "req.nope == 'x' || req.n == 2 → true",
                "  req.nope == 'x' → error: no such key: nope",
                "    req.nope → error: no such key: nope",
                "  req.n == 2 → true",
                "    req.n → 2",
            ],
        ),
        (
            "req.n > 1 ? event.kind == 'push' : false",
            &[
                "req.n > 1 ? event.kind == 'push' : false → true",
                "  req.n > 1 → true",
                "    req.n → 2",
                "  event.kind == 'push' → true",
                "    event.kind → \"push\"",
            ],
        ),
        (
            "req.list.exists(x, x == 2) && req.ref.startsWith('refs/')",
            &[
                "req.list.exists(x, x == 2) && req.ref.startsWith('refs/') → true",
                "  req.list.exists(x, x == 2) → true",
                "  req.ref.startsWith('refs/') → true",
                "    req.ref → \"refs/heads/main\"",
            ],
        ),
        (
            "!has(req.deep.a) || req.deep['a'].b == req.ref",
            &[
                "!has(req.deep.a) || req.deep['a'].b == req.ref → false",
                "  !has(req.deep.a) → false",
                "    has(req.deep.a) → true",
                "      req.deep → {\"a\": {\"b\": \"c\"}}",
                "  req.deep['a'].b == req.ref → false",
                "    req.deep['a'].b → \"c\"",
                "      req.deep['a'] → {\"b\": \"c\"}",
                "        req.deep → {\"a\": {\"b\": \"c\"}}",
                "    req.ref → \"refs/heads/main\"",
            ],
        ),
        (
            "req.?nope.orValue(')') == ')' && (req.n + 1.0) * 2.0 == 6.0",
            &[
                "req.?nope.orValue(')') == ')' && (req.n + 1.0) * 2.0 == 6.0 → true",
                "  req.?nope.orValue(')') == ')' → true",
                "    req.?nope.orValue(')') → \")\"",
                "      req.?nope → optional.none()",
                "        req → {\"deep\": {\"a\": {\"b\": \"c\"}}, \"list\": [1, 2], \"n\": 2, \
                 \"ref\": \"refs/heads/main\"}",
                "  (req.n + 1.0) * 2.0 == 6.0 → true",
                "    (req.n + 1.0) * 2.0 → 6",
                "      req.n + 1.0 → 3",
                "        req.n → 2",
            ],
        ),
        (
            "req.ref.matches('main') && event.onRef('refs/heads/main')",
            &[
                "req.ref.matches('main') && event.onRef('refs/heads/main') → false",
                "  req.ref.matches('main') → true",
                "    req.ref → \"refs/heads/main\"",
                "  event.onRef('refs/heads/main') → false",
                "    event → {\"kind\": \"push\"}",
            ],
        ),
    ];
    for (source, expected) in cases {
        let found = explained(source);
        assert_eq!(
            found,
            *expected,
            "\n{}\nexpected\n{}",
            found.join("\n"),
            expected.join("\n")
        );
    }
}
