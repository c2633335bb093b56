use bellpull_sdk::host::document::Value;
use bellpull_sdk::{Paths, RequestChange};

use super::*;

const OLD: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
const NEW: &str = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const NONE: &str = "0000000000000000000000000000000000000000";
const URL: &str = "https://git.example.com/octo/app.git";

fn only(kind: &str, payload: &Selection) -> GitChange {
    let mut changes = of(kind, payload).changes;
    assert_eq!(changes.len(), 1);
    match changes.pop() {
        Some(Change::Git(change)) => change,
        other => panic!("{other:?}"),
    }
}

fn texts(values: &[&str]) -> Vec<Value> {
    values
        .iter()
        .map(|value| Value::Text((*value).into()))
        .collect()
}

fn pushed(before: &str, after: &str, commits: usize, total: Option<&str>) -> Selection {
    let mut payload = Selection::from([
        ("/ref", "refs/heads/main"),
        ("/before", before),
        ("/after", after),
        (REPOSITORY[0], URL),
    ]);
    payload.extend(total.map(|total| ("/total_commits", vec![Value::Number(total.into())])));
    payload.extend([
        (git::COMMIT_FILES[3], texts(&["b"])),
        (git::COMMIT_FILES[4], texts(&["a", "b"])),
    ]);
    let lists = vec![Value::Json("[]".into()); commits];
    payload.extend(git::COMMIT_FILES[..3].iter().map(|at| (*at, lists.clone())));
    payload
}

#[test]
fn a_push_says_everything() {
    let change = only("push", &pushed(OLD, NEW, 2, Some("2")));
    assert_eq!(change.repositories, [URL]);
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(change.before.as_deref(), Some(OLD));
    assert_eq!(change.after.as_deref(), Some(NEW));
    assert!(!change.deleted);
    let files = ["a", "b"].map(String::from).to_vec();
    assert_eq!(change.paths, Paths::Complete(files));
}

#[test]
fn commits_left_out_truncate_the_files() {
    for total in [Some("3"), None] {
        let change = only("push", &pushed(OLD, NEW, 2, total));
        assert!(matches!(change.paths, Paths::Truncated(_)), "{total:?}");
    }
}

#[test]
fn files_are_unknown_where_commits_do_not_tell() {
    for (before, after) in [(NONE, NEW), (OLD, NONE)] {
        let change = only("push", &pushed(before, after, 1, Some("1")));
        assert_eq!(change.paths, Paths::Unknown, "{before} {after}");
        assert_eq!(change.deleted, after == NONE);
    }
    let change = only("push", &pushed(OLD, NEW, 0, Some("0")));
    assert_eq!(change.paths, Paths::Unknown);
    let without_lists = Selection::from([("/before", OLD), ("/after", NEW), (REPOSITORY[0], URL)]);
    assert_eq!(only("push", &without_lists).paths, Paths::Unknown);
}

#[test]
fn short_names_become_refs() {
    let payload =
        |kind| Selection::from([(REPOSITORY[0], URL), ("/ref", "v1"), ("/ref_type", kind)]);
    let change = only("create", &payload("tag"));
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1"));
    assert!(!change.deleted);
    let change = only("delete", &payload("branch"));
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/v1"));
    assert!(change.deleted);
    assert_eq!(only("create", &payload("?")).ref_, None);
}

#[test]
fn a_pull_request_moves_its_base_once_it_is_merged() {
    let request = |merged| {
        Change::Request(RequestChange {
            number: "7".into(),
            source: Some("refs/heads/feature".into()),
            target: Some("refs/heads/main".into()),
            action: Some("closed".into()),
            merged: Some(merged),
            ..RequestChange::in_repository(vec![URL.into()])
        })
    };
    let moved = Change::Git(GitChange {
        ref_: Some("refs/heads/main".into()),
        after: Some(NEW.into()),
        ..GitChange::in_repository(vec![URL.into()])
    });
    // Gitea and Forgejo; Gogs.
    for [number, head, base] in [
        [
            "/pull_request/number",
            "/pull_request/head/ref",
            "/pull_request/base/ref",
        ],
        [
            "/number",
            "/pull_request/head_branch",
            "/pull_request/base_branch",
        ],
    ] {
        let payload = |merged| {
            let mut payload = Selection::from([
                (REPOSITORY[0], URL),
                ("/action", "closed"),
                (head, "feature"),
                (base, "main"),
                ("/pull_request/merge_commit_sha", NEW),
            ]);
            payload.extend([
                (number, vec![Value::Number("7".into())]),
                ("/pull_request/merged", vec![Value::Boolean(merged)]),
            ]);
            payload
        };
        let told = |kind, merged| of(kind, &payload(merged)).changes;
        assert_eq!(told("pull_request", false), [request(false)], "{base}");
        let merged = told("pull_request", true);
        assert_eq!(merged, [moved.clone(), request(true)], "{base}");
        assert_eq!(told("pull_request_label", true), [request(true)], "{base}");
    }
    let nowhere = Selection::from([("/action", "opened")]);
    assert_eq!(of("pull_request", &nowhere).changes, []);
}

#[test]
fn runs_name_a_branch_of_this_repository_alone() {
    let run = |head| {
        Selection::from([
            (REPOSITORY[0], URL),
            ("/repository/full_name", "octo/app"),
            ("/workflow_run/head_branch", "main"),
            ("/workflow_run/head_sha", NEW),
            ("/workflow_run/head_repository/full_name", head),
        ])
    };
    for (head, expected) in [
        ("octo/app", Some("refs/heads/main")),
        ("", Some("refs/heads/main")),
        ("fork/app", None),
    ] {
        assert_eq!(only("workflow_run", &run(head)).ref_.as_deref(), expected);
    }
    let job = Selection::from([(REPOSITORY[0], URL), ("/workflow_job/head_branch", "dev")]);
    let change = only("workflow_job", &job);
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/dev"));
}

#[test]
fn other_events_name_what_they_can() {
    let release = Selection::from([(REPOSITORY[0], URL), ("/release/tag_name", "v1")]);
    let change = only("release", &release);
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1"));
    let run = Selection::from([(REPOSITORY[3], URL), ("/action", "success")]);
    assert_eq!(only("action_run_success", &run).repositories, [URL]);
    let status = Selection::from([("/state", "success")]);
    let event = of("status", &status);
    assert_eq!(event.action.as_deref(), Some("success"));
    assert!(event.changes.is_empty());
}

#[test]
fn every_pointer_fits_one_question() {
    assert!(POINTERS.len() + BULKY.len() <= 64);
}
