use std::sync::Arc;

use bellpull_core::{Acceptance, Change, Event, GitChange, OtherChange, Paths, RequestChange};

use super::super::*;

fn accepted(event: Event) -> Option<Arc<Acceptance>> {
    Some(Arc::new(event.into()))
}

pub(super) fn pushed() -> CaseResult {
    CaseResult {
        outcome: CaseOutcome::Notified,
        status: 200,
        reason: None,
        class: None,
        acceptance: accepted(Event {
            kind: "push".into(),
            changes: vec![Change::Git(GitChange {
                repositories: vec!["https://a".into()],
                reference: Some("refs/heads/main".into()),
                paths: Paths::Complete(vec!["x".into()]),
                ..GitChange::default()
            })],
            ..Event::default()
        }),
    }
}

pub(super) fn expecting(expect: &str) -> Expectation {
    let yaml = format!("provider: a\ncredentials: {{}}\nexpect: {expect}");
    Case::parse("a", &yaml, |_| Ok(Vec::new())).unwrap().expect
}

#[test]
fn what_is_not_named_may_be_anything() {
    for expect in [
        "{outcome: notified, status: 200}",
        "{outcome: notified, status: 200, event: {kind: push, action: null}}",
        "{outcome: notified, status: 200, event: {changes: [{type: git, deleted: false, \
          ref: refs/heads/main, after: null, paths: {known: complete, list: [x]}}]}}",
    ] {
        let differences = expecting(expect).differences(&pushed());
        assert!(differences.is_empty(), "{expect}: {differences:?}");
    }
}

#[test]
fn an_empty_list_is_an_absent_one() {
    let mut bare = pushed();
    bare.acceptance = accepted(Event {
        kind: "push".into(),
        ..Event::default()
    });
    for (event, differs) in [
        ("{changes: []}", false),
        ("{changes: null}", false),
        ("{changes: [{type: git}]}", true),
        ("{kind: []}", true),
    ] {
        let expect = format!("{{outcome: notified, status: 200, event: {event}}}");
        let differences = expecting(&expect).differences(&bare);
        assert_eq!(differences.is_empty(), !differs, "{event}: {differences:?}");
    }
}

#[test]
fn empty_members_of_changes_are_absent_ones() {
    let mut told = pushed();
    told.acceptance = accepted(Event {
        changes: vec![
            Change::Git(GitChange {
                paths: Paths::Complete(Vec::new()),
                ..GitChange::default()
            }),
            Change::Request(RequestChange::default()),
            Change::Request(RequestChange {
                labels: Some(Vec::new()),
                ..RequestChange::default()
            }),
            Change::Other(OtherChange::default()),
        ],
        ..Event::default()
    });
    for (index, change, differs) in [
        (0, "{repositories: [], before: null, after: null}", false),
        (0, "{paths: {known: complete, list: []}}", false),
        (0, "{paths: {known: complete, list: [a]}}", true),
        (0, "{paths: {known: unknown}}", true),
        (0, "{after: ''}", true),
        // The labels that nobody has told, and those of a request without labels.
        (1, "{labels: null}", false),
        (1, "{labels: []}", true),
        (2, "{labels: []}", false),
        (2, "{labels: null}", true),
        (3, "{locations: [], attributes: {}, name: null}", false),
        (3, "{attributes: {a: b}}", true),
    ] {
        let mut changes = ["{}"; 4];
        changes[index] = change;
        let changes = changes.join(", ");
        let expect = format!("{{outcome: notified, status: 200, event: {{changes: [{changes}]}}}}");
        let differences = expecting(&expect).differences(&told);
        assert_eq!(
            differences.is_empty(),
            !differs,
            "{change}: {differences:?}"
        );
    }
}

#[test]
fn a_delivery_may_tell_no_event() {
    let ignored = |acceptance| CaseResult {
        outcome: CaseOutcome::Ignored,
        acceptance,
        ..pushed()
    };
    let some = accepted(Event::default());
    for (acceptance, expect, differs) in [
        (None, "event: null", false),
        (None, "events: []", false),
        (None, "event: {}", true),
        (some.clone(), "event: null", true),
        (some.clone(), "events: []", true),
        (some, "event: {}", false),
    ] {
        let expectation = expecting(&format!("{{outcome: ignored, status: 200, {expect}}}"));
        let differences = expectation.differences(&ignored(acceptance));
        assert_eq!(
            differences.is_empty(),
            !differs,
            "{expect}: {differences:?}"
        );
    }
}

#[test]
fn of_several_events_each_is_compared() {
    let event = |kind: &str| Event {
        kind: kind.into(),
        ..Event::default()
    };
    let several = CaseResult {
        acceptance: Some(Arc::new(Acceptance {
            events: vec![event("a"), event("b")],
            complete: false,
            ..Acceptance::from(event("a"))
        })),
        ..pushed()
    };
    let cases: [(&CaseResult, &str, &[&str]); 6] = [
        (
            &several,
            "events: [{kind: a}, {kind: b}], complete: false",
            &[],
        ),
        (
            &several,
            "events: [{kind: a}, {kind: c}]",
            &["events[1].kind: expected \"c\", got \"b\""],
        ),
        (
            &several,
            "events: [{kind: a}]",
            &["events: expected [{\"kind\":\"a\"}], got [{\"kind\":\"a\"},{\"kind\":\"b\"}]"],
        ),
        (
            &several,
            "complete: true",
            &["complete: expected true, got false"],
        ),
        (
            &several,
            "event: {kind: a}",
            &[
                "event: expected {\"kind\":\"a\"}, got {\"events\":[{\"kind\":\"a\"},{\"kind\":\"b\"}]}",
            ],
        ),
        (&pushed(), "events: [{kind: push}], complete: true", &[]),
    ];
    for (got, expect, differences) in cases {
        let expectation = expecting(&format!("{{outcome: notified, status: 200, {expect}}}"));
        assert_eq!(expectation.differences(got), differences, "{expect}");
    }
}

#[test]
fn differences_say_where() {
    for (expect, difference) in [
        (
            "{outcome: ignored, status: 200}",
            "outcome: expected ignored, got notified",
        ),
        (
            "{outcome: notified, status: 202}",
            "status: expected 202, got 200",
        ),
        (
            "{outcome: notified, status: 200, reason: nothing}",
            "reason: expected a text with \"nothing\" in it, got \"\"",
        ),
        (
            "{outcome: notified, status: 200, event: {action: opened}}",
            "event.action: expected \"opened\", got null",
        ),
        (
            "{outcome: notified, status: 200, event: {changes: []}}",
            "event.changes: expected [], got [",
        ),
        (
            "{outcome: notified, status: 200, event: {changes: [{ref: main}]}}",
            "event.changes[0].ref: expected \"main\", got \"refs/heads/main\"",
        ),
    ] {
        let differences = expecting(expect).differences(&pushed());
        assert_eq!(differences.len(), 1, "{expect}: {differences:?}");
        assert!(differences[0].starts_with(difference), "{differences:?}");
    }
    let refused = CaseResult {
        outcome: CaseOutcome::Unauthenticated,
        status: 401,
        reason: Some("no signature".into()),
        class: None,
        acceptance: None,
    };
    assert_eq!(
        expecting("{outcome: notified, status: 401, event: {kind: push}}").differences(&refused),
        [
            "outcome: expected notified, got unauthenticated (no signature)",
            "event: expected {\"kind\":\"push\"}, got none"
        ]
    );
}
