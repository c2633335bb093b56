use bellpull_sdk::host::document::Value;

use super::*;

const URL: &str = "https://dev.azure.com/octo/shop/_git/app";
const OLD: &str = "33b55f7cb7e7e245323987634f960cf4a6e6bc74";
const NEW: &str = "aad331d8d3b131fa9ae03cf5e53965b51942618a";
const NONE: &str = "0000000000000000000000000000000000000000";

fn git(kind: &str, payload: &Selection) -> Vec<GitChange> {
    of(kind, payload)
        .changes
        .into_iter()
        .map(|change| match change {
            Change::Git(git) => git,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn pushed_refs(moves: &[(&str, &str, &str)]) -> Selection {
    let of = |pick: fn(&(&str, &str, &str)) -> String| {
        moves.iter().map(pick).map(Value::Text).collect::<Vec<_>>()
    };
    let mut payload = Selection::from([
        (CLONE_URLS[0], URL),
        (CLONE_URLS[1], "git@ssh.dev.azure.com:v3/octo/shop/app"),
    ]);
    payload.extend([
        (REFS, of(|one| one.0.into())),
        (BEFORE, of(|one| one.1.into())),
        (AFTER, of(|one| one.2.into())),
    ]);
    payload
}

#[test]
fn every_ref_of_a_push_is_a_change() {
    let payload = pushed_refs(&[
        ("refs/heads/main", OLD, NEW),
        ("refs/heads/new", NONE, NEW),
        ("refs/tags/v1", OLD, NONE),
    ]);
    let found = git("git.push", &payload);
    let said: Vec<_> = found
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
        said,
        [
            (Some("refs/heads/main"), Some(OLD), Some(NEW), false),
            (Some("refs/heads/new"), None, Some(NEW), false),
            (Some("refs/tags/v1"), Some(OLD), None, true),
        ]
    );
    for change in found {
        assert_eq!(
            change.repositories,
            [URL, "git@ssh.dev.azure.com:v3/octo/shop/app"]
        );
    }
}

#[test]
fn a_comment_names_the_repository_of_its_pull_request() {
    let payload = Selection::from([(CLONE_URLS[3], URL), (STATUS, "completed")]);
    let found = git("ms.vss-code.git-pullrequest-comment-event", &payload);
    assert_eq!(found[0].repositories, [URL]);
    assert_eq!(found[0].ref_, None);
}

#[test]
fn a_subscription_that_sends_no_resource_says_nothing() {
    for kind in ["git.push", "build.complete", "git.pullrequest.updated"] {
        let payload = Selection::from([(KIND, kind)]);
        assert!(git(kind, &payload).is_empty(), "{kind}");
    }
}

#[test]
fn a_pull_request_moves_its_target_once_it_is_completed() {
    for (what, status, merged) in [
        ("created", "active", false),
        ("merged", "active", false),
        ("updated", "abandoned", false),
        ("updated", "completed", true),
        ("merged", "completed", true),
    ] {
        let mut payload = Selection::from([
            (CLONE_URLS[0], URL),
            (STATUS, status),
            (HEAD_REF, "refs/heads/fix"),
            (HEAD, OLD),
            (TARGET, "refs/heads/main"),
            (MERGE, NEW),
        ]);
        payload.extend([
            (NUMBER, vec![Value::Number("7".into())]),
            (DRAFT, vec![Value::Boolean(true)]),
            (LABELS[0], vec![Value::Json("[{}]".into())]),
            (LABELS[1], vec![Value::Text("preview".into())]),
        ]);
        let moved = merged.then(|| {
            Change::Git(GitChange {
                ref_: Some("refs/heads/main".into()),
                after: Some(NEW.into()),
                ..GitChange::in_repository(vec![URL.into()])
            })
        });
        let request = Change::Request(RequestChange {
            number: "7".into(),
            source: Some("refs/heads/fix".into()),
            target: Some("refs/heads/main".into()),
            head: Some(OLD.into()),
            action: Some(what.into()),
            merged: Some(merged),
            draft: Some(true),
            labels: Some(vec!["preview".into()]),
            ..RequestChange::in_repository(vec![URL.into()])
        });
        let expected: Vec<Change> = moved.into_iter().chain([request]).collect();
        let kind = ["git.pullrequest.", what].concat();
        let event = of(&kind, &payload);
        assert_eq!(event.changes, expected, "{what} {status}");
        assert_eq!(event.action.as_deref(), Some(status));
    }
}

#[test]
fn a_build_tells_its_source_in_either_version() {
    let first = Selection::from([
        (STATUS, "succeeded"),
        (SOURCE, &["LG:refs/heads/main:", NEW].concat()),
    ]);
    let second = Selection::from([
        (STATUS, "completed"),
        (RESULT, "succeeded"),
        (BUILD_URL, URL),
        (SOURCE_BRANCH, "refs/heads/main"),
        (SOURCE_VERSION, NEW),
    ]);
    for (payload, repositories) in [(first, vec![]), (second, vec![URL])] {
        let found = git("build.complete", &payload);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].repositories, repositories);
        assert_eq!(found[0].ref_.as_deref(), Some("refs/heads/main"));
        assert_eq!(found[0].after.as_deref(), Some(NEW));
        let action = of("build.complete", &payload).action;
        assert_eq!(action.as_deref(), Some("succeeded"));
    }
    let subversion = Selection::from([(SOURCE_BRANCH, "trunk"), (SOURCE_VERSION, "42")]);
    assert!(git("build.complete", &subversion).is_empty());
}

#[test]
fn a_run_tells_its_ref_and_a_stage_its_repositories() {
    let run = Selection::from([
        (RUN_STATE, "completed"),
        (RUN_RESULT, "succeeded"),
        (RUN_REF, "refs/heads/main"),
        (RUN_COMMIT, NEW),
    ]);
    let kind = "ms.vss-pipelines.run-state-changed-event";
    let found = git(kind, &run);
    assert_eq!(found[0].ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(found[0].after.as_deref(), Some(NEW));
    assert_eq!(of(kind, &run).action.as_deref(), Some("succeeded"));

    let stage = Selection::from([(PIPELINE_URLS, URL)]);
    let found = git("ms.vss-pipelines.stage-state-changed-event", &stage);
    assert_eq!(found[0].repositories, [URL]);
    assert_eq!(found[0].ref_, None);
}

#[test]
fn without_a_kind_it_is_refused() {
    let payload = Selection::from([(ID, "1")]);
    let found = kind(&payload);
    assert!(matches!(found, Err(Refusal::Malformed(_))), "{found:?}");
}
