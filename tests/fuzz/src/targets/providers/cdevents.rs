//! One CDEvent in each mode of CloudEvents: as the body, in an envelope, and in a batch. The verdict is the
//! same, as the mode says nothing of the event.

use std::sync::LazyLock;

use bellpull::cases::{CaseOutcome, CaseResult};
use bellpull_core::Bytes;
use bellpull_core::http::HeaderValue;
use bellpull_core::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::altered::Altered;
use super::promises;
use super::replayed::{KnownCase, Replayed};
use super::world::World;
use crate::FuzzTarget;

/// As those of the providers. The body is a CDEvent.
pub(super) const TARGET: FuzzTarget = FuzzTarget {
    name: "cdevents-modes",
    run,
};

/// An envelope is two deeper than its event, and hosts read 127 levels.
const DEEPEST: usize = 120;

static REPLAYED: LazyLock<Replayed> = LazyLock::new(|| Replayed::new("cdevents"));

fn run(input: &[u8]) {
    let altered = Altered::read(input);
    REPLAYED.with_case(altered.case, |known| {
        let body = altered.body(known.document());
        let read = body.map(|body| serde_json::from_slice(&body).ok());
        let Some(event) = read.unwrap_or_else(|| known.document().cloned()) else {
            return;
        };
        if !event.is_object() || depth(&event) > DEEPEST {
            return;
        }
        let attribute = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let envelope = json!({
            "specversion": "1.0", "source": "/fuzz",
            "type": attribute("/context/type"), "id": attribute("/context/id"), "data": event,
        });
        let bare = delivered(known, "application/json", &event);
        let structured = delivered(known, "application/cloudevents+json", &envelope);
        let batch = json!([envelope]);
        let batch = delivered(known, "application/cloudevents-batch+json", &batch);
        for (mode, result) in [("structured", structured), ("batch", batch)] {
            let told = format!("{mode}: {event}: {bare:?}, {result:?}");
            assert_eq!(result.outcome, bare.outcome, "{told}");
            assert_eq!(result.class, bare.class, "{told}");
            // A batch tells nothing of events that are not listed.
            if bare.outcome == CaseOutcome::Notified {
                assert_eq!(facts(&result), facts(&bare), "{told}");
            }
            let (whole, of_bare) = (reason(&result), reason(&bare));
            let attributes = attribute("/context/type").zip(attribute("/context/id"));
            let are_there = attributes.is_some_and(|(kind, id)| !kind.is_empty() && !id.is_empty());
            if are_there && result.outcome == CaseOutcome::Malformed {
                assert!(whole.ends_with(of_bare) || of_bare.len() > 400, "{told}");
            }
        }
    });
}

/// How a body ends that says it is of this type, without attributes in its head.
fn delivered(known: &mut KnownCase, content_type: &'static str, body: &Value) -> CaseResult {
    let world = World::enter();
    let body = Bytes::from(body.to_string());
    let delivery = known.delivery(Some(body));
    let mut delivery = delivery.expect("its signature covers no body");
    let attributes = delivery
        .headers
        .keys()
        .filter(|name| name.as_str().starts_with("ce-"));
    for name in attributes.cloned().collect::<Vec<_>>() {
        delivery.headers.remove(name);
    }
    let content_type = HeaderValue::from_static(content_type);
    delivery.headers.insert(CONTENT_TYPE, content_type);
    let result = known.replay(delivery, &world);
    promises::of_altered(known, &result);
    result
}

fn reason(result: &CaseResult) -> &str {
    result.reason.as_deref().unwrap_or_default()
}

/// What is told of the event itself. The payload is where it lies, and a batch has no id of its own.
fn facts(result: &CaseResult) -> Vec<Value> {
    let mut events = result.events();
    for event in events.iter_mut().filter_map(Value::as_object_mut) {
        event.remove("payload");
        event.remove("deliveryId");
    }
    events
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}
