use super::*;

const URL: &str = "https://github.com/octo/app";
const SSH: &str = "git@gitlab.example.com:octo/app.git";
const COMMIT: &str = "1dc6aa69429bff4806ad6afe58d3d8f57e25973e";

fn only(payload: &Selection) -> GitChange {
    let mut changes = of(WORKFLOW, payload).changes;
    assert_eq!(changes.len(), 1);
    match changes.pop() {
        Some(Change::Git(change)) => change,
        other => panic!("{other:?}"),
    }
}

fn vcs(origin: &str, pointer: &'static str, name: &str) -> Selection {
    Selection::from([
        (VCS[0], URL),
        (VCS[1], origin),
        (pointer, name),
        (VCS[4], COMMIT),
    ])
}

#[test]
fn a_pipeline_names_branch_or_tag() {
    let change = only(&vcs(URL, VCS[2], "main"));
    assert_eq!(change.repositories, [URL]);
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(change.after.as_deref(), Some(COMMIT));
    let change = only(&vcs(URL, VCS[3], "v1"));
    assert_eq!(change.ref_.as_deref(), Some("refs/tags/v1"));
}

#[test]
fn a_fork_moves_nothing_here() {
    let change = only(&vcs("https://github.com/fork/app", VCS[2], "main"));
    assert_eq!(change.repositories, [URL]);
    assert_eq!(change.ref_, None);
    assert_eq!(change.after, None);
}

#[test]
fn parameters_stand_in_for_vcs() {
    let payload = Selection::from([
        (PARAMETERS[0], SSH),
        (PARAMETERS[1], "refs/heads/main"),
        (PARAMETERS[2], "main"),
        (PARAMETERS[3], ""),
        (PARAMETERS[4], COMMIT),
        (REPOSITORY[1], SSH),
        (REPOSITORY[2], "https://gitlab.example.com/octo/app"),
    ]);
    let change = only(&payload);
    assert_eq!(
        change.repositories,
        [SSH, "https://gitlab.example.com/octo/app"]
    );
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(change.after.as_deref(), Some(COMMIT));
}

#[test]
fn what_is_known_without_the_repository_is_told() {
    let payload = Selection::from([(PARAMETERS[2], "main"), (PARAMETERS[4], COMMIT)]);
    let change = only(&payload);
    assert!(change.repositories.is_empty());
    assert_eq!(change.ref_.as_deref(), Some("refs/heads/main"));
    assert_eq!(change.after.as_deref(), Some(COMMIT));
}

#[test]
fn a_full_name_counts_before_a_short_one() {
    for (name, branch, tag, expected) in [
        (Some("refs/tags/v1"), Some("x"), None, Some("refs/tags/v1")),
        (
            Some("refs/pull/7/head"),
            Some("x"),
            None,
            Some("refs/heads/x"),
        ),
        (Some("main"), None, None, None),
        (None, Some("x"), Some("v1"), Some("refs/tags/v1")),
        (None, None, None, None),
    ] {
        assert_eq!(full(name, branch, tag).as_deref(), expected, "{name:?}");
    }
}

#[test]
fn the_action_is_the_status_of_what_completed() {
    let payload = Selection::from([("/workflow/status", "failed"), ("/job/status", "success")]);
    assert_eq!(of(WORKFLOW, &payload).action.as_deref(), Some("failed"));
    assert_eq!(of(JOB, &payload).action.as_deref(), Some("success"));
    assert!(of(WORKFLOW, &payload).changes.is_empty());
}

#[test]
fn the_signed_name_counts() {
    let body = Selection::from([("/type", JOB)]);
    let none = Selection::from([]);
    assert_eq!(kind(None, &body), Ok(JOB));
    assert_eq!(kind(Some(""), &body), Ok(JOB));
    assert_eq!(kind(Some(JOB), &body), Ok(JOB));
    assert_eq!(kind(Some(PING), &none), Ok(PING));
    assert!(kind(Some(WORKFLOW), &body).is_err());
    assert!(kind(None, &none).is_err());
}
