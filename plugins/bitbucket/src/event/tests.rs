use bellpull_sdk::RequestChange;
use bellpull_sdk::host::document::Value;

use super::*;

const OLD: &str = "0a943a29376f2336b78312d99e65da17048951db";
const NEW: &str = "178864a7d521b6f5e720b386b2c2b0ef8563e0dc";
const NONE: &str = "0000000000000000000000000000000000000000";
const CLONE: &str = "https://git.example.com/scm/octo/app.git";
const CLOUD: &str = "https://bitbucket.org/octo/app";

fn git(kind: &str, payload: &Selection) -> Vec<GitChange> {
    of(kind, payload)
        .changes
        .into_iter()
        .map(|change| match change {
            Change::Git(change) => change,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn only(kind: &str, payload: &Selection) -> GitChange {
    let mut changes = git(kind, payload);
    assert_eq!(changes.len(), 1);
    changes.remove(0)
}

/// A row of text, with nothing for what is empty.
fn column(values: &[&str]) -> Vec<Value> {
    values
        .iter()
        .map(|value| match *value {
            "" => Value::Missing,
            text => Value::Text(text.into()),
        })
        .collect()
}

fn table<const N: usize>(pointers: [&'static str; N], rows: &[[&str; N]]) -> Selection {
    let mut payload = Selection::from([]);
    for (index, pointer) in pointers.into_iter().enumerate() {
        let values: Vec<&str> = rows.iter().map(|row| row[index]).collect();
        payload.extend([(pointer, column(&values))]);
    }
    payload
}

fn refs_changed(rows: &[[&str; 4]]) -> Selection {
    let mut payload = table(data_center::CHANGES, rows);
    payload.extend([(data_center::REPOSITORY[0], column(&[CLONE]))]);
    payload
}

fn pushed(rows: &[[&str; 6]]) -> Selection {
    let mut payload = table(cloud::CHANGES, rows);
    payload.extend([(cloud::REPOSITORY, column(&[CLOUD]))]);
    payload
}

#[test]
fn data_center_names_each_ref() {
    let payload = refs_changed(&[
        ["refs/heads/main", OLD, NEW, "UPDATE"],
        ["refs/tags/v1", NONE, NEW, "ADD"],
        ["refs/heads/old", OLD, NONE, "DELETE"],
    ]);
    let changes = git("repo:refs_changed", &payload);
    let facts: Vec<_> = changes
        .iter()
        .map(|change| {
            (
                change.ref_.as_deref(),
                change.before.as_deref(),
                change.after.as_deref(),
                change.deleted,
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            (Some("refs/heads/main"), Some(OLD), Some(NEW), false),
            (Some("refs/tags/v1"), None, Some(NEW), false),
            (Some("refs/heads/old"), Some(OLD), None, true),
        ]
    );
    assert!(changes.iter().all(|change| change.repositories == [CLONE]));
}

#[test]
fn a_push_without_its_refs_still_names_the_repository() {
    for kind in ["repo:refs_changed", "mirror:repo_synchronized"] {
        let change = only(kind, &refs_changed(&[]));
        assert_eq!(change.repositories, [CLONE], "{kind}");
        assert_eq!(change.ref_, None, "{kind}");
    }
    let mut cut = refs_changed(&[["refs/heads/main", OLD, NEW, "UPDATE"]]);
    cut.extend([(data_center::REF_LIMIT_EXCEEDED, vec![Value::Boolean(true)])]);
    assert_eq!(only("mirror:repo_synchronized", &cut).ref_, None);
    assert_eq!(only("repo:push", &pushed(&[])).repositories, [CLOUD]);
}

#[test]
fn a_mirror_is_somewhere_too() {
    let mut payload = refs_changed(&[["refs/heads/main", OLD, NEW, "UPDATE"]]);
    payload.extend([
        (data_center::NAMES[0], column(&["OCTO"])),
        (data_center::NAMES[1], column(&["app"])),
    ]);
    let change = only("mirror:repo_synchronized", &payload);
    assert_eq!(
        change.repositories,
        [CLONE, "https://mirror/scm/OCTO/app.git"]
    );
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(only("repo:refs_changed", &payload).repositories, [CLONE]);
}

#[test]
fn a_repository_that_moved_has_both_addresses() {
    let was = "https://git.example.com/scm/octo/old.git";
    let payload = Selection::from([
        (data_center::MODIFIED[0], CLONE),
        (data_center::MODIFIED[2], was),
    ]);
    assert_eq!(only("repo:modified", &payload).repositories, [CLONE, was]);
}

#[test]
fn old_servers_name_no_repository_and_still_the_ref() {
    let payload = table(
        data_center::CHANGES,
        &[["refs/heads/main", OLD, NEW, "UPDATE"]],
    );
    let change = only("repo:refs_changed", &payload);
    assert!(change.repositories.is_empty());
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
}

#[test]
fn cloud_names_each_ref_by_its_type() {
    let payload = pushed(&[
        ["branch", "main", NEW, "branch", "main", OLD],
        ["tag", "v1", NEW, "", "", ""],
        ["", "", "", "branch", "old", OLD],
        ["bookmark", "b", NEW, "", "", ""],
    ]);
    let changes = git("repo:push", &payload);
    let facts: Vec<_> = changes
        .iter()
        .map(|change| {
            (
                change.ref_.as_deref(),
                change.before.as_deref(),
                change.after.as_deref(),
                change.deleted,
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            (Some("refs/heads/main"), Some(OLD), Some(NEW), false),
            (Some("refs/tags/v1"), None, Some(NEW), false),
            (Some("refs/heads/old"), Some(OLD), None, true),
            (None, None, Some(NEW), false),
        ]
    );
}

/// A pull request of Cloud without its state.
fn cloud_request() -> Selection {
    let mut payload = Selection::from([
        (cloud::PULL_REQUEST[0], "main"),
        (cloud::PULL_REQUEST[1], NEW),
        (cloud::PULL_REQUEST[2], CLOUD),
        (cloud::PULL_REQUEST[5], "feature"),
        (cloud::PULL_REQUEST[6], OLD),
    ]);
    payload.extend([
        (cloud::PULL_REQUEST[3], vec![Value::Number("7".into())]),
        (cloud::PULL_REQUEST[7], vec![Value::Boolean(true)]),
    ]);
    payload
}

/// The same of Data Center.
fn data_center_request() -> Selection {
    let number = vec![Value::Number("7".into())];
    let mut payload = Selection::from([
        (data_center::PULL_REQUEST[0], "refs/heads/main"),
        (data_center::PULL_REQUEST[1], NEW),
        (data_center::PULL_REQUEST[2], CLONE),
        (data_center::PULL_REQUEST[6], "refs/heads/feature"),
        (data_center::PULL_REQUEST[7], OLD),
    ]);
    payload.extend([
        (data_center::PULL_REQUEST[4], number),
        (data_center::PULL_REQUEST[8], vec![Value::Boolean(true)]),
    ]);
    payload
}

/// What is told of the request in either payload.
fn told_request(url: &str, action: &str, merged: bool) -> Vec<Change> {
    let request = Change::Request(RequestChange {
        number: "7".into(),
        source: Some("refs/heads/feature".into()),
        target: Some("refs/heads/main".into()),
        head: Some(OLD.into()),
        action: Some(action.into()),
        merged: Some(merged),
        draft: Some(true),
        ..RequestChange::in_repository(vec![url.into()])
    });
    let moved = merged.then(|| {
        Change::Git(GitChange {
            ref_: Some("refs/heads/main".into()),
            after: Some(NEW.into()),
            ..GitChange::in_repository(vec![url.into()])
        })
    });
    moved.into_iter().chain([request]).collect()
}

#[test]
fn a_pull_request_moves_its_destination_once_it_is_merged() {
    type Request = fn() -> Selection;
    let cloud = (cloud_request as Request, cloud::PULL_REQUEST[4], CLOUD);
    let server = (
        data_center_request as Request,
        data_center::PULL_REQUEST[5],
        CLONE,
    );
    for ((payload, state_pointer, url), kind, state, expected) in [
        (
            cloud,
            "pullrequest:fulfilled",
            "MERGED",
            ("fulfilled", true),
        ),
        (cloud, "pullrequest:updated", "OPEN", ("updated", false)),
        (server, "pr:merged", "MERGED", ("merged", true)),
        (
            server,
            "pr:from_ref_updated",
            "OPEN",
            ("from_ref_updated", false),
        ),
    ] {
        let mut payload = payload();
        payload.extend([(state_pointer, column(&[state]))]);
        let (action, merged) = expected;
        let expected = told_request(url, action, merged);
        assert_eq!(of(kind, &payload).changes, expected, "{kind}");
    }
}

#[test]
fn other_events_name_what_they_can() {
    let status = Selection::from([
        (cloud::REPOSITORY, CLOUD),
        ("/commit_status/state", "SUCCESSFUL"),
    ]);
    let event = of("repo:commit_status_updated", &status);
    assert_eq!(event.action.as_deref(), Some("SUCCESSFUL"));
    assert_eq!(event.changes.len(), 1);
    assert!(
        of("project:updated", &Selection::from([]))
            .changes
            .is_empty()
    );
}

#[test]
fn every_pointer_fits_one_question() {
    assert!(POINTERS.len() + BULKY.len() <= 64);
}
