use bellpull_core::{Acceptance, Change, Event, GitChange, Verdict};
use bellpull_gateway::GatewaySettings;

use crate::support::{KNOWN, Script, World, accepted, post, target};

fn three() -> Script {
    Script {
        targets: Ok(["app", "web", "docs"].map(target).to_vec()),
        ..Script::default()
    }
}

/// A push to a repository on GitHub.
fn push(repository: &str) -> Event {
    let change = GitChange {
        repositories: vec![format!("git@github.com:acme/{repository}.git")],
        reference: Some("refs/heads/master".into()),
        ..GitChange::default()
    };
    Event {
        changes: vec![Change::Git(change)],
        ..Event::default()
    }
}

/// Delivers one body. Returns the outcome, and the names of the notified targets.
async fn delivered(script: Script, body: &str) -> (World, String, Vec<String>) {
    let world = World::new(script, GatewaySettings::default());
    let request = format!("{}{body}", post(KNOWN, body.len()));
    let answer = world.ask(&request).await;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let notified = world.fake.notified.lock().unwrap().concat();
    let notified = notified.into_iter().map(|target| target.name).collect();
    let outcome = answer["outcome"].as_str().unwrap().to_owned();
    (world, outcome, notified)
}

#[tokio::test]
async fn a_filter_leaves_out_what_does_not_pass() {
    let cases: [(_, &str, &[&str]); 3] = [
        (None, "notified", &["app", "docs", "web"]),
        (Some("web"), "notified", &["web"]),
        (Some("nobody"), "notified", &[]),
    ];
    for (filter, outcome, expected) in cases {
        let (_, got, notified) = delivered(Script { filter, ..three() }, "{}").await;
        assert_eq!(
            (got.as_str(), notified),
            (outcome, owned(expected)),
            "{filter:?}"
        );
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn a_filter_without_a_value_is_told_of_its_target() {
    let filter = Some("fails");
    let (world, outcome, notified) = delivered(Script { filter, ..three() }, "{}").await;
    assert_eq!((outcome.as_str(), notified), ("incomplete", vec![]));
    let told = world.fake.unreachable.lock().unwrap().clone();
    assert_eq!(told.len(), 6, "three targets of two references: {told:?}");
    assert_eq!(
        told[0],
        "GitRepository/default/app: spec.resourceFilter: no value"
    );
}

#[tokio::test]
async fn a_body_that_a_filter_cannot_read_is_malformed() {
    for (flux_status_codes, status) in [(false, 400), (true, 500)] {
        let settings = GatewaySettings {
            flux_status_codes,
            ..GatewaySettings::default()
        };
        let filter = Some("web");
        let world = World::new(Script { filter, ..three() }, settings);
        let answer = world.ask(&format!("{}[]", post(KNOWN, 2))).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(
            answer.body.contains("malformed") || flux_status_codes,
            "{}",
            answer.body
        );
        assert!(world.fake.notified.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_event_notifies_the_targets_that_it_concerns() {
    let cases: [(_, _, &[&str]); 3] = [
        (true, push("web"), &["web"]),
        (true, Event::default(), &["app", "docs", "web"]),
        (false, push("web"), &["app", "docs", "web"]),
    ];
    for (match_event, event, expected) in cases {
        let script = Script {
            match_event,
            verdict: Ok(accepted(event.clone())),
            ..three()
        };
        let (_, _, notified) = delivered(script, "{}").await;
        assert_eq!(notified, owned(expected), "{match_event} {event:?}");
    }
}

/// The filter, `matchEvent`, whether the list of events is complete, and the kinds of the events
/// that each target is told of.
type EventsCase = (
    Option<&'static str>,
    bool,
    bool,
    &'static [(&'static str, &'static [&'static str])],
);

/// The delivery holds an event `a` for web, `b` for app, and both for docs.
const SEVERAL_EVENTS: [EventsCase; 9] = [
    (
        None,
        true,
        true,
        &[("app", &["b"]), ("docs", &["a", "b"]), ("web", &["a"])],
    ),
    // A filter sees each event by itself, and only an event that concerns the object passes.
    (
        Some("kind:b"),
        true,
        true,
        &[("app", &["b"]), ("docs", &["b"])],
    ),
    (Some("kind:c"), true, true, &[]),
    (
        Some("kind:b"),
        false,
        true,
        &[
            ("app", &["b", "b"]),
            ("docs", &["b", "b"]),
            ("web", &["b", "b"]),
        ],
    ),
    (Some("web"), true, true, &[("web", &["a"])]),
    // An event that an incomplete list leaves out may concern anything, unless a filter excludes
    // every event.
    (
        None,
        true,
        false,
        &[("app", &["b"]), ("docs", &["a", "b"]), ("web", &["a"])],
    ),
    (
        Some("kind:c"),
        true,
        false,
        &[("app", &[]), ("docs", &[]), ("web", &[])],
    ),
    (Some("web"), false, false, &[("web", &["a", "b", "a", "b"])]),
    (Some("nobody"), true, false, &[]),
];

#[tokio::test]
async fn each_event_is_compared_and_filtered_by_itself() {
    let of = |kind: &str, repository| Event {
        kind: kind.to_owned(),
        ..push(repository)
    };
    let unknown = Event {
        kind: "b".to_owned(),
        ..Event::default()
    };
    let several = [
        of("a", "web"),
        of("b", "app"),
        of("a", "docs"),
        of("b", "docs"),
    ];
    for (filter, match_event, complete, expected) in SEVERAL_EVENTS {
        let told = Acceptance {
            events: several.to_vec(),
            complete,
            ..Acceptance::from(unknown.clone())
        };
        let script = Script {
            match_event,
            filter,
            verdict: Ok(Verdict::Accept(Box::new(told))),
            ..three()
        };
        let (world, outcome, notified) = delivered(script, "{}").await;
        assert_eq!(outcome, "notified");
        let told = world.fake.told.lock().unwrap().clone();
        let got: Vec<(String, Vec<String>)> = notified.into_iter().zip(told).collect();
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(name, kinds)| ((*name).to_owned(), owned(kinds)))
            .collect();
        assert_eq!(got, expected, "{filter:?} {match_event} {complete}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_long_is_tried_with_more_effort_once() {
    use bellpull_ports::Effort::{Brief, Whole};
    let cases: [(_, &str, &[&str], &[_]); 2] = [
        (
            "long",
            "notified",
            &["app", "docs", "web"],
            &[Brief, Whole, Brief, Whole, Brief, Whole],
        ),
        // A filter that took too much is not evaluated for the next object.
        ("endless", "incomplete", &[], &[Brief, Whole]),
    ];
    for (filter, outcome, expected, efforts) in cases {
        let filter = Some(filter);
        let (world, got, notified) = delivered(Script { filter, ..three() }, "{}").await;
        assert_eq!(
            (got.as_str(), notified),
            (outcome, owned(expected)),
            "{filter:?}"
        );
        let evaluated = world.fake.evaluated.lock().unwrap().clone();
        // The first of the two references.
        assert!(evaluated.starts_with(efforts), "{filter:?}: {evaluated:?}");
    }
}

#[tokio::test]
async fn a_valid_token_is_accepted_only_of_an_issuer_and_subject_that_the_receiver_names() {
    let claims = |issuer: &str, subject: &str| {
        let claims = serde_json::json!({"iss": issuer, "sub": subject});
        claims.as_object().cloned()
    };
    let cases = [
        (None, None, "notified"),
        (
            Some(("https://a", "us")),
            claims("https://a", "us"),
            "notified",
        ),
        (
            Some(("https://a", "us")),
            claims("https://a", "them"),
            "unauthenticated",
        ),
        (
            Some(("https://a", "us")),
            claims("https://a/", "us"),
            "unauthenticated",
        ),
        (Some(("https://a", "us")), None, "unauthenticated"),
    ];
    for (issuer, claims, outcome) in cases {
        let told = Acceptance {
            claims: claims.clone().map(std::sync::Arc::new),
            ..Acceptance::from(Event::default())
        };
        let script = Script {
            issuer,
            verdict: Ok(Verdict::Accept(Box::new(told))),
            ..Script::default()
        };
        let (_, got, _) = delivered(script, "{}").await;
        assert_eq!(got, outcome, "{issuer:?} {claims:?}");
    }
}
