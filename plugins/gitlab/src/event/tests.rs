use bellpull_sdk::Paths;
use bellpull_sdk::host::document::Value;

use super::*;

const OLD: &str = "95790bf891e76fee5e1747ab589903a6a1f80f22";
const NEW: &str = "da1560886d4f094c3e6c9ef40349f7d38b5d27d7";
const NONE: &str = "0000000000000000000000000000000000000000";
const URL: &str = "https://gitlab.example.com/octo/app.git";

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

fn pushed(before: &str, after: &str, total: &str, commits: usize) -> Selection {
    let mut payload = Selection::from([
        ("/object_kind", "push"),
        ("/ref", "refs/heads/main"),
        ("/before", before),
        ("/after", after),
        (REPOSITORY[0], URL),
        (REPOSITORY[3], URL),
    ]);
    payload.extend([
        ("/total_commits_count", vec![Value::Number(total.into())]),
        (git::COMMIT_FILES[3], texts(&["b"])),
        (git::COMMIT_FILES[4], texts(&["a", "b"])),
    ]);
    let lists = vec![Value::Json("[]".into()); commits];
    payload.extend(git::COMMIT_FILES[..3].iter().map(|at| (*at, lists.clone())));
    payload
}

#[test]
fn a_push_says_everything() {
    let change = only("Push Hook", &pushed(OLD, NEW, "2", 2));
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
    let change = only("Push Hook", &pushed(OLD, NEW, "21", 20));
    assert!(matches!(change.paths, Paths::Truncated(_)));
    let change = only("Push Hook", &pushed(OLD, NEW, "0", 0));
    assert_eq!(change.paths, Paths::Unknown);
}

#[test]
fn zeros_are_no_commit() {
    let created = only("Push Hook", &pushed(NONE, NEW, "1", 1));
    assert_eq!(created.before, None);
    assert_eq!(created.paths, Paths::Unknown);
    let deleted = only("Push Hook", &pushed(OLD, NONE, "0", 0));
    assert_eq!(deleted.after, None);
    assert!(deleted.deleted);
}

#[test]
fn a_merge_request_moves_its_target_once_it_is_merged() {
    let payload = |state, draft: &'static str| {
        let mut payload = Selection::from([
            ("/object_kind", "merge_request"),
            ("/object_attributes/state", state),
            ("/object_attributes/action", "update"),
            ("/object_attributes/source_branch", "feature"),
            ("/object_attributes/target_branch", "main"),
            ("/object_attributes/last_commit/id", OLD),
            ("/object_attributes/merge_commit_sha", NEW),
            (REPOSITORY[0], URL),
        ]);
        payload.extend([
            ("/object_attributes/iid", vec![Value::Number("7".into())]),
            (draft, vec![Value::Boolean(true)]),
            (LABELS[0], vec![Value::Json("[{}]".into())]),
            (LABELS[1], vec![Value::Text("preview".into())]),
        ]);
        payload
    };
    let request = |merged| {
        Change::Request(RequestChange {
            number: "7".into(),
            source: Some("refs/heads/feature".into()),
            target: Some("refs/heads/main".into()),
            head: Some(OLD.into()),
            action: Some("update".into()),
            merged: Some(merged),
            draft: Some(true),
            labels: Some(vec!["preview".into()]),
            ..RequestChange::in_repository(vec![URL.into()])
        })
    };
    let moved = Change::Git(GitChange {
        ref_: Some("refs/heads/main".into()),
        after: Some(NEW.into()),
        ..GitChange::in_repository(vec![URL.into()])
    });
    let kind = "Merge Request Hook";
    for draft in [
        "/object_attributes/draft",
        "/object_attributes/work_in_progress",
    ] {
        let open = of(kind, &payload("opened", draft));
        assert_eq!(open.changes, [request(false)], "{draft}");
        assert_eq!(open.action.as_deref(), Some("update"));
        let merged = of(kind, &payload("merged", draft));
        assert_eq!(merged.changes, [moved.clone(), request(true)], "{draft}");
    }
}

#[test]
fn pipelines_and_jobs_name_branch_or_tag() {
    let mut pipeline = Selection::from([
        ("/object_kind", "pipeline"),
        ("/object_attributes/status", "success"),
        ("/object_attributes/ref", "v1"),
        ("/object_attributes/sha", NEW),
        (REPOSITORY[0], URL),
    ]);
    pipeline.extend([("/object_attributes/tag", vec![Value::Boolean(true)])]);
    let change = only("Pipeline Hook", &pipeline);
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1"));
    assert_eq!(
        of("Pipeline Hook", &pipeline).action.as_deref(),
        Some("success")
    );

    let job = Selection::from([
        ("/object_kind", "build"),
        ("/build_status", "created"),
        ("/ref", "main"),
        ("/sha", NEW),
        (REPOSITORY[3], URL),
    ]);
    let change = only("Job Hook", &job);
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(change.repositories, [URL]);
    assert_eq!(of("Job Hook", &job).action.as_deref(), Some("created"));

    assert_eq!(
        full(Some("refs/merge-requests/1/head"), false).as_deref(),
        Some("refs/merge-requests/1/head")
    );
}

#[test]
fn a_release_names_its_tag_and_commit() {
    let release = Selection::from([
        ("/object_kind", "release"),
        ("/action", "create"),
        ("/tag", "v1"),
        ("/commit/id", NEW),
        (REPOSITORY[0], URL),
    ]);
    let change = only("Release Hook", &release);
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1"));
    assert_eq!(change.after.as_deref(), Some(NEW));
    assert_eq!(
        of("Release Hook", &release).action.as_deref(),
        Some("create")
    );
}

#[test]
fn a_system_hook_tells_what_is_inside() {
    let mut update = Selection::from([("/event_name", "repository_update"), (REPOSITORY[0], URL)]);
    update.extend([
        ("/changes/*/ref", texts(&["refs/heads/a", "refs/heads/b"])),
        ("/changes/*/before", texts(&[OLD, OLD])),
        ("/changes/*/after", texts(&[NEW, NONE])),
    ]);
    let event = of("System Hook", &update);
    assert_eq!(event.action.as_deref(), Some("repository_update"));
    let [Change::Git(first), Change::Git(second)] = event.changes.as_slice() else {
        panic!("{:?}", event.changes);
    };
    assert_eq!(first.ref_.as_deref(), Some("refs/heads/a"));
    assert_eq!(first.after.as_deref(), Some(NEW));
    assert!(!first.deleted);
    assert!(second.deleted);

    let user = Selection::from([("/event_name", "user_create")]);
    let event = of("System Hook", &user);
    assert_eq!(event.action.as_deref(), Some("user_create"));
    assert!(event.changes.is_empty());
}

#[test]
fn a_shape_of_ones_own_is_no_mistake() {
    let event = of("Push Hook", &Selection::from([]));
    assert_eq!(event.kind, "Push Hook");
    assert_eq!(event.action, None);
    assert!(event.changes.is_empty());
    assert!(POINTERS.len() + BULKY.len() <= 64);
}
