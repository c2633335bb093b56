//! `matchEvent`: any events and any object.

use bellpull_core::{Acceptance, Event};
use bellpull_matching::{Match, Matcher, SourceRef, TargetSpec};
use serde_json::Value;

use crate::FuzzTarget;
use crate::input::{line, text_line};

/// Events as a JSON list in the first line, with `-` before it if the list is incomplete. The API version and
/// the kind of an object in the second, separated by a blank. The rest is the object.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "match-event",
    run,
};

/// As long as an explanation gets, bytes: its cap, and one escaped character.
const LONGEST: usize = 1024 + 16;

fn run(input: &[u8]) {
    let (events, rest) = line(input);
    let Some((object_kind, object)) = text_line(rest) else {
        return;
    };
    let (events, complete) = match events.strip_prefix(b"-") {
        Some(events) => (events, false),
        None => (events, true),
    };
    let (api_version, kind) = object_kind.split_once(' ').unwrap_or((object_kind, ""));
    let Ok(events) = serde_json::from_slice::<Vec<Event>>(events) else {
        return;
    };
    let Ok(object) = serde_json::from_slice::<Value>(object) else {
        return;
    };
    let spec = TargetSpec::read(api_version, kind, &object);
    let sources = object.get("source").map(|source| {
        let kind = source
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default();
        TargetSpec::read("source.toolkit.fluxcd.io/v1", kind, source)
    });
    let source = |_: &SourceRef| sources.clone();
    let acceptance = Acceptance {
        events: events.into_iter().take(256).collect(),
        complete,
        ..Acceptance::from(Event::default())
    };
    let matcher = Matcher::new(&acceptance);
    let found = matcher.compare(&spec, source);
    let concerning = matcher.concerning(&spec, source);
    let selected = !concerning.is_empty();
    if !acceptance.events.is_empty() || !complete {
        assert_eq!(selected, found.selects(), "{found}");
    }
    assert!(
        complete || selected,
        "what is not listed may concern any object"
    );
    if !TargetSpec::is_read(api_version, kind) {
        assert!(found.selects(), "a kind that nothing is known of: {found}");
    }
    explains(&matcher.explain(&spec, source), found);
    each_change_is_one_more_reason(&acceptance, &spec, &source);
    let _ = serde_json::to_string(&spec).expect("a spec is shown");
}

fn explains(explained: &str, found: Match) {
    assert!(
        explained.starts_with(&found.to_string()),
        "{found}: {explained}"
    );
    assert!(explained.len() <= LONGEST, "{} bytes", explained.len());
    assert!(!explained.chars().any(char::is_control), "{explained:?}");
}

/// An event that names more never concerns less.
fn each_change_is_one_more_reason(
    acceptance: &Acceptance,
    spec: &TargetSpec,
    source: &impl Fn(&SourceRef) -> Option<TargetSpec>,
) {
    for event in &acceptance.events {
        if event.changes.len() < 2 {
            continue;
        }
        let whole = Acceptance::from(event.clone());
        let mut fewer = event.clone();
        fewer.changes.pop();
        let fewer = Acceptance::from(fewer);
        let [whole, fewer] = [&whole, &fewer].map(|told| Matcher::new(told).compare(spec, source));
        assert!(whole >= fewer, "{whole} after {fewer}");
    }
}
