use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::{
    Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange, RequestChange, Timestamp,
    limits,
};

use super::{notification_of, target};
use crate::attempt::Attempt;
use crate::command::environment;

/// The variables beyond those that every run has, without the prefix.
fn of(told: impl Into<Acceptance>) -> BTreeMap<&'static str, String> {
    let newest = notification_of(1, told);
    let others = [Arc::new(newest.clone())];
    let attempt = Attempt {
        target: &target(),
        newest: &newest,
        others: &others,
        requested_at: Timestamp::new(3, 4000).unwrap(),
    };
    let mut got: BTreeMap<&str, String> = environment(&attempt)
        .into_iter()
        .map(|(name, value)| (name.strip_prefix("BELLPULL_EVENT_").unwrap(), value))
        .collect();
    let always = [
        ("TIME", "1970-01-01T00:00:01.000000000Z"),
        ("DELIVERY", newest.delivery.as_str()),
        ("COALESCED", "1"),
        ("RECEIVER_NAMESPACE", "apps"),
        ("RECEIVER_NAME", "web"),
        ("PROVIDER", "github"),
        ("TARGET_API_VERSION", "source.toolkit.fluxcd.io/v1"),
        ("TARGET_KIND", "GitRepository"),
        ("TARGET_NAMESPACE", "apps"),
        ("TARGET_NAME", "web"),
        ("REQUESTED_AT", "1970-01-01T00:00:03.000004000Z"),
    ];
    for (name, value) in always {
        assert_eq!(got.remove(name).as_deref(), Some(value), "{name}");
    }
    got
}

fn git(reference: &str) -> Change {
    Change::Git(GitChange {
        repositories: vec!["https://h/o/r.git".to_owned(), "git@h:o/r.git".to_owned()],
        reference: Some(reference.to_owned()),
        before: Some("1111".to_owned()),
        after: Some("2222".to_owned()),
        ..GitChange::default()
    })
}

fn event(changes: Vec<Change>) -> Event {
    Event {
        kind: "push".to_owned(),
        changes,
        ..Event::default()
    }
}

type Case = (Acceptance, &'static [(&'static str, &'static str)]);

fn artifact() -> Change {
    Change::Artifact(ArtifactChange {
        repositories: vec!["ghcr.io/o/r".to_owned()],
        tag: Some("v1".to_owned()),
        digest: Some("sha256:00".to_owned()),
        deleted: true,
    })
}

/// An event without a change, and one with everything but a change.
fn without_change() -> Vec<Case> {
    let ping = Event {
        kind: "ping".to_owned(),
        action: Some("opened".to_owned()),
        payload: Some("{}".to_owned()),
        ..Event::default()
    };
    let ping = Acceptance {
        delivery_id: Some("id".to_owned()),
        signed_at: Some("2026-01-01T00:00:00Z".to_owned()),
        ..Acceptance::from(ping)
    };
    vec![
        (Event::default().into(), &[("CHANGES", "0")]),
        (
            ping,
            &[
                ("KIND", "ping"),
                ("ACTION", "opened"),
                ("DELIVERY_ID", "id"),
                ("SIGNED_AT", "2026-01-01T00:00:00Z"),
                ("CHANGES", "0"),
            ],
        ),
    ]
}

fn of_git_changes() -> Vec<Case> {
    vec![
        (
            event(vec![git("refs/heads/a/b")]).into(),
            &[
                ("KIND", "push"),
                ("CHANGES", "1"),
                ("CHANGE", "git"),
                ("REPOSITORY", "https://h/o/r.git"),
                ("REF", "refs/heads/a/b"),
                ("BRANCH", "a/b"),
                ("BEFORE", "1111"),
                ("AFTER", "2222"),
                ("DELETED", "false"),
            ],
        ),
        (
            event(vec![git("refs/tags/v1")]).into(),
            &[
                ("KIND", "push"),
                ("CHANGES", "1"),
                ("CHANGE", "git"),
                ("REPOSITORY", "https://h/o/r.git"),
                ("REF", "refs/tags/v1"),
                ("TAG", "v1"),
                ("BEFORE", "1111"),
                ("AFTER", "2222"),
                ("DELETED", "false"),
            ],
        ),
    ]
}

fn of_other_changes() -> Vec<Case> {
    let request = Change::Request(RequestChange {
        repositories: vec!["https://h/o/r".to_owned()],
        number: "17".to_owned(),
        source: Some("refs/heads/a".to_owned()),
        action: Some("opened".to_owned()),
        merged: Some(false),
        labels: Some(vec!["b".to_owned()]),
        ..RequestChange::default()
    });
    let other = Change::Other(OtherChange {
        kind: "bucket".to_owned(),
        locations: vec!["s3.example/a".to_owned()],
        revision: Some("7".to_owned()),
        ..OtherChange::default()
    });
    vec![
        (
            event(vec![artifact()]).into(),
            &[
                ("KIND", "push"),
                ("CHANGES", "1"),
                ("CHANGE", "artifact"),
                ("REPOSITORY", "ghcr.io/o/r"),
                ("TAG", "v1"),
                ("DIGEST", "sha256:00"),
                ("DELETED", "true"),
            ],
        ),
        (
            event(vec![request]).into(),
            &[
                ("KIND", "push"),
                ("CHANGES", "1"),
                ("CHANGE", "request"),
                ("REPOSITORY", "https://h/o/r"),
                ("REQUEST_NUMBER", "17"),
                ("REQUEST_ACTION", "opened"),
                ("REQUEST_SOURCE", "refs/heads/a"),
                ("REQUEST_MERGED", "false"),
            ],
        ),
        (
            event(vec![other]).into(),
            &[
                ("KIND", "push"),
                ("CHANGES", "1"),
                ("CHANGE", "other"),
                ("OTHER_KIND", "bucket"),
                ("OTHER_LOCATION", "s3.example/a"),
                ("OTHER_REVISION", "7"),
            ],
        ),
    ]
}

/// Several changes of one event, and several events: a script is told what they have in common.
fn of_several() -> Vec<Case> {
    let several = |kinds: [&str; 2], actions: [Option<&str>; 2], complete| {
        let one = |(kind, action): (&str, Option<&str>)| Event {
            kind: kind.to_owned(),
            action: action.map(str::to_owned),
            ..Event::default()
        };
        Acceptance {
            events: kinds.into_iter().zip(actions).map(one).collect(),
            complete,
            ..Acceptance::from(Event::default())
        }
    };
    vec![
        (
            event(vec![git("refs/heads/main"), artifact()]).into(),
            &[("KIND", "push"), ("CHANGES", "2")],
        ),
        (
            several(["a", "a"], [Some("b"), None], true),
            &[
                ("EVENTS", "2"),
                ("COMPLETE", "true"),
                ("KIND", "a"),
                ("CHANGES", "0"),
            ],
        ),
        (
            several(["a", "b"], [Some("c"), Some("c")], false),
            &[
                ("EVENTS", "2"),
                ("COMPLETE", "false"),
                ("ACTION", "c"),
                ("CHANGES", "0"),
            ],
        ),
    ]
}

#[test]
fn what_the_sender_gives_has_a_variable_and_nothing_else_has() {
    let tables = [
        without_change(),
        of_git_changes(),
        of_other_changes(),
        of_several(),
    ];
    for (told, expected) in tables.into_iter().flatten() {
        let shown = format!("{told:?}");
        let one = [("EVENTS", "1"), ("COMPLETE", "true")];
        let several = expected.iter().any(|(name, _)| *name == "EVENTS");
        let always = one.iter().filter(|_| !several);
        let expected: BTreeMap<&str, String> = expected
            .iter()
            .chain(always)
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        assert_eq!(of(told), expected, "{shown}");
    }
}

#[test]
fn a_value_that_would_not_arrive_whole_is_left_out() {
    let longest = "x".repeat(limits::COMMAND_FACT);
    let cases = [
        ("", false),
        ("a\0b", false),
        ("a\nb", false),
        ("a\u{85}b", false),
        ("$(a) `b` 'c' \"d\" é", true),
        (longest.as_str(), true),
        (&format!("{longest}x"), false),
    ];
    for (kind, told) in cases {
        let got = of(Event {
            kind: kind.to_owned(),
            ..Event::default()
        });
        let expected = told.then_some(kind);
        assert_eq!(got.get("KIND").map(String::as_str), expected, "{kind:?}");
    }
}
