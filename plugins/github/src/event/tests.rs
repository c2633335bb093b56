use bellpull_sdk::Paths;
use bellpull_sdk::host::document::Value;

use super::*;

const OLD: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
const NEW: &str = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const NONE: &str = "0000000000000000000000000000000000000000";
const URL: &str = "https://github.com/octo/app.git";

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

fn pushed(before: &str, after: &str, commits: usize, flag: Option<&'static str>) -> Selection {
    let mut payload = Selection::from([
        ("/ref", "refs/heads/main"),
        ("/before", before),
        ("/after", after),
        (repository::URLS[0], URL),
        (repository::URLS[1], "git@github.com:octo/app.git"),
    ]);
    payload.extend(flag.map(|pointer| (pointer, vec![Value::Boolean(true)])));
    let lists = vec![Value::Json("[]".into()); commits];
    payload.extend(git::COMMIT_FILES[..3].iter().map(|at| (*at, lists.clone())));
    payload
}

fn with_files(mut payload: Selection, added: &[&str], modified: &[&str]) -> Selection {
    payload.extend([
        (git::COMMIT_FILES[3], texts(added)),
        (git::COMMIT_FILES[4], texts(modified)),
    ]);
    payload
}

#[test]
fn a_push_says_everything() {
    let payload = with_files(pushed(OLD, NEW, 2, None), &["b", "a"], &["b", "c"]);
    let change = only("push", &payload);
    assert_eq!(change.repositories, [URL, "git@github.com:octo/app.git"]);
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(change.before.as_deref(), Some(OLD));
    assert_eq!(change.after.as_deref(), Some(NEW));
    assert!(!change.deleted);
    let files = ["a", "b", "c"].map(String::from).to_vec();
    assert_eq!(change.paths, Paths::Complete(files));
}

#[test]
fn zeros_are_no_commit() {
    let created = with_files(pushed(NONE, NEW, 1, Some("/created")), &["a"], &[]);
    let change = only("push", &created);
    assert_eq!(change.before, None);
    assert_eq!(change.paths, Paths::Unknown);

    let deleted = with_files(pushed(OLD, NONE, 0, Some("/deleted")), &[], &[]);
    let change = only("push", &deleted);
    assert_eq!(change.after, None);
    assert!(change.deleted);
    assert_eq!(change.paths, Paths::Unknown);
}

#[test]
fn files_are_unknown_where_commits_do_not_tell() {
    let forced = with_files(pushed(OLD, NEW, 1, Some("/forced")), &["a"], &[]);
    assert_eq!(only("push", &forced).paths, Paths::Unknown);
    let no_commits = with_files(pushed(OLD, NEW, 0, None), &[], &[]);
    assert_eq!(only("push", &no_commits).paths, Paths::Unknown);
}

#[test]
fn lists_that_github_cut_are_truncated() {
    let commits = with_files(pushed(OLD, NEW, MOST_COMMITS, None), &["a"], &[]);
    assert!(matches!(only("push", &commits).paths, Paths::Truncated(_)));
    let files = with_files(pushed(OLD, NEW, 1, None), &["a"; MOST_FILES], &[]);
    assert!(matches!(only("push", &files).paths, Paths::Truncated(_)));
}

#[test]
fn short_names_become_refs() {
    let payload = |kind| {
        Selection::from([
            (repository::URLS[0], URL),
            ("/ref", "v1"),
            ("/ref_type", kind),
        ])
    };
    let change = only("create", &payload("tag"));
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1"));
    assert!(!change.deleted);
    let change = only("delete", &payload("branch"));
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/v1"));
    assert!(change.deleted);
    assert_eq!(only("create", &payload("repository")).ref_, None);
}

#[test]
fn a_release_names_its_tag() {
    let payload = Selection::from([
        (repository::URLS[0], URL),
        ("/action", "published"),
        ("/release/tag_name", "v1.2.3"),
    ]);
    let change = only("release", &payload);
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1.2.3"));
}

#[test]
fn a_renamed_repository_has_both_addresses() {
    let page = "https://github.com/octo/app";
    let payload = Selection::from([
        (repository::URLS[0], URL),
        (repository::URLS[3], page),
        (FORMER_NAME, "old"),
    ]);
    let change = only("repository", &payload);
    assert_eq!(
        change.repositories,
        [URL, page, "https://github.com/octo/old"]
    );
}

#[test]
fn other_events_name_what_they_can() {
    let star = Selection::from([(repository::URLS[0], URL), ("/action", "created")]);
    let event = of("star", &star);
    assert_eq!(event.kind, "star");
    assert_eq!(event.action.as_deref(), Some("created"));
    assert_eq!(only("star", &star).ref_, None);
    assert!(of("organization", &Selection::from([])).changes.is_empty());
}

#[test]
fn every_pointer_fits_one_question() {
    for kind in ["push", "package", "registry_package", "release"] {
        let (pointers, bulky) = pointers(kind);
        assert!(pointers.len() + bulky.len() <= 64, "{kind}");
    }
}
