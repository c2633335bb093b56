//! Expectations beside the outcome: classes and dropped facts.

use std::sync::Arc;

use bellpull_core::{Acceptance, Change, Event, GitChange, IgnoreClass};

use super::super::*;
use super::differences::{expecting, pushed};

#[test]
fn a_class_is_of_what_is_ignored() {
    let ignored = CaseResult {
        outcome: CaseOutcome::Ignored,
        class: Some(IgnoreClass::Ping),
        ..pushed()
    };
    for (expect, differences) in [
        ("{outcome: ignored, status: 200}", &[] as &[&str]),
        ("{outcome: ignored, class: ping, status: 200}", &[]),
        ("{outcome: ignored, status: 200, event: {kind: push}}", &[]),
        (
            "{outcome: ignored, class: not-listed, status: 200}",
            &["class: expected not-listed, got ping"],
        ),
    ] {
        let got = expecting(expect).differences(&ignored);
        assert_eq!(got, differences, "{expect}");
    }
    for (expect, said) in [
        (
            "{outcome: notified, class: ping, status: 200}",
            "expect.class",
        ),
        (
            "{outcome: malformed, status: 400, event: {kind: push}}",
            "expect.event",
        ),
        ("{outcome: ignored, class: pong, status: 200}", "pong"),
    ] {
        let yaml = format!("provider: a\ncredentials: {{}}\nexpect: {expect}");
        let error = Case::parse("a", &yaml, |_| Ok(Vec::new())).err().unwrap();
        assert!(format!("{error:#}").contains(said), "{expect}: {error:#}");
    }
}

#[test]
fn a_wrong_fact_fails_unless_it_is_expected() {
    let mut event = Event {
        kind: "push".into(),
        changes: vec![Change::Git(GitChange {
            after: Some("main".into()),
            ..GitChange::default()
        })],
        ..Event::default()
    };
    event.drop_wrong_facts();
    let got = CaseResult {
        acceptance: Some(Arc::new(Acceptance::from(event))),
        ..pushed()
    };
    for (expect, differences) in [
        (
            "{outcome: notified, status: 200}",
            &["event: after \"main\" is not a commit of 7 to 64 hexadecimal digits"] as &[&str],
        ),
        ("{outcome: notified, dropped: [after], status: 200}", &[]),
        (
            "{outcome: notified, dropped: [before], status: 200}",
            &["dropped: expected before, got after"],
        ),
    ] {
        assert_eq!(expecting(expect).differences(&got), differences, "{expect}");
    }
}
