//! Filters on pull and merge requests, and on other changes.

use bellpull_core::{Change, Event, GitChange, OtherChange, RequestChange};
use bellpull_filter::RequestBody;

use super::support::{compile, facts_of};

#[track_caller]
fn check(changes: Vec<Change>, cases: &[(&str, bool)]) {
    let event = Event {
        kind: "pull_request".to_owned(),
        changes,
        ..Event::default()
    };
    super::support::check(&facts_of(event, RequestBody::Other), cases);
}

fn request() -> RequestChange {
    RequestChange {
        repositories: vec!["https://git.example/acme/app".to_owned()],
        number: "17".to_owned(),
        source: Some("refs/heads/feature".to_owned()),
        target: Some("refs/heads/main".to_owned()),
        head: Some("0d1a26e".to_owned()),
        action: Some("labeled".to_owned()),
        merged: Some(false),
        draft: Some(true),
        labels: Some(vec!["deploy/Preview".to_owned(), "bug".to_owned()]),
    }
}

#[test]
fn a_request_has_its_members() {
    check(
        vec![Change::Request(request())],
        &[
            ("event.isRequest()", true),
            (
                "event.requests.size() == 1 && event.changes.size() == 0",
                true,
            ),
            ("event.requests[0].number == '17'", true),
            (
                "event.requests.exists(r, r.source == 'refs/heads/feature')",
                true,
            ),
            ("event.requests[0].head == '0d1a26e'", true),
            ("event.requests[0].action == 'labeled'", true),
            ("event.requests[0].draft && !event.requests[0].merged", true),
            ("has(event.requests[0].merged)", true),
            ("'bug' in event.requests[0].labels", true),
            ("event.requests[0].repositories[0].endsWith('/app')", true),
            ("event.intoRef('refs/heads/main')", true),
            ("event.intoRef('refs/heads/dev', 'refs/heads/ma*')", true),
            ("event.intoRef('refs/heads/feature')", false),
            (
                "event.intoRef('refs/heads/' + event.requests[0].number)",
                false,
            ),
            ("event.hasLabel('deploy/preview')", true),
            ("event.hasLabel('a', 'BUG')", true),
            ("event.hasLabel('a', res.metadata.name)", false),
            // No ref has moved yet.
            (
                "event.onRef('refs/heads/main') || event.touches('**')",
                false,
            ),
        ],
    );
}

#[test]
fn unknown_facts_of_a_request_match() {
    let bare = RequestChange {
        number: "17".to_owned(),
        ..RequestChange::default()
    };
    check(
        vec![Change::Request(bare)],
        &[
            ("event.intoRef('refs/heads/main')", true),
            ("event.hasLabel('bug')", true),
            (
                "has(event.requests[0].merged) || has(event.requests[0].labels)",
                false,
            ),
            ("event.requests[0].merged || event.requests[0].draft", false),
            ("event.requests[0].labels == []", true),
        ],
    );
    let without = RequestChange {
        labels: Some(Vec::new()),
        target: Some("main".to_owned()),
        ..request()
    };
    check(
        vec![Change::Request(without)],
        &[
            ("event.hasLabel('bug')", false),
            ("has(event.requests[0].labels)", true),
            // Scripts may send the short name.
            ("event.intoRef('refs/heads/main')", true),
        ],
    );
}

#[test]
fn an_event_without_requests_has_none() {
    check(
        vec![Change::Git(GitChange::default())],
        &[
            ("event.isRequest()", false),
            ("event.intoRef('refs/heads/main')", false),
            ("event.hasLabel('bug')", false),
            (
                "event.requests.size() == 0 && event.others.size() == 0",
                true,
            ),
        ],
    );
}

#[test]
fn another_change_has_its_members() {
    let bucket = OtherChange {
        kind: "bucket".to_owned(),
        locations: vec!["s3.example/apps".to_owned()],
        name: Some("apps".to_owned()),
        revision: Some("7".to_owned()),
        attributes: [("region".to_owned(), "eu".to_owned())].into(),
    };
    check(
        vec![Change::Other(bucket)],
        &[
            ("event.isRequest()", false),
            (
                "event.others.exists(o, o.kind == 'bucket' && o.name == 'apps')",
                true,
            ),
            ("event.others[0].locations == ['s3.example/apps']", true),
            ("event.others[0].revision == '7'", true),
            ("event.others[0].attributes['region'] == 'eu'", true),
            ("event.others[0].attributes.?zone.orValue('-') == '-'", true),
            ("event == event && event.others == event.others", true),
        ],
    );
}

#[test]
fn literal_patterns_are_checked_when_the_filter_is_compiled() {
    for (source, wanted) in [
        ("event.intoRef('main')", "write 'refs/heads/main'"),
        ("event.intoRef('refs/heads/[')", "is not a glob"),
        ("event.hasLabel()", "hasLabel"),
        ("event.requests[0].labls == []", "did you mean 'labels'"),
    ] {
        let error = compile(source).expect_err(source).to_string();
        assert!(error.contains(wanted), "{source}: {error}");
    }
}
