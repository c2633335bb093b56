//! Runs of GitHub Actions and of apps that check commits: `workflow_run`, `workflow_job` and
//! `check_suite`.

use bellpull_sdk::{GitChange, Selection, git};

const FULL_NAME: &str = "/repository/full_name";
const DEFAULT_BRANCH: &str = "/repository/default_branch";
const HEAD_REPOSITORY: &str = "/workflow_run/head_repository/full_name";
/// The event that triggered a workflow.
const TRIGGER: &str = "/workflow_run/event";
const REQUESTS: [&str; 2] = [
    "/workflow_run/pull_requests/0/number",
    "/check_suite/pull_requests/0/number",
];
const SUITE_BRANCH: &str = "/check_suite/head_branch";
const SUITE_COMMIT: &str = "/check_suite/head_sha";
const RUN_BRANCH: &str = "/workflow_run/head_branch";
const RUN_COMMIT: &str = "/workflow_run/head_sha";
const JOB_BRANCH: &str = "/workflow_job/head_branch";
const JOB_COMMIT: &str = "/workflow_job/head_sha";

/// The pointers into the payload.
pub(crate) const POINTERS: [&str; 12] = [
    FULL_NAME,
    DEFAULT_BRANCH,
    HEAD_REPOSITORY,
    TRIGGER,
    REQUESTS[0],
    REQUESTS[1],
    SUITE_BRANCH,
    SUITE_COMMIT,
    RUN_BRANCH,
    RUN_COMMIT,
    JOB_BRANCH,
    JOB_COMMIT,
];

/// The changes of the ref that the run is of. The payload calls a tag a branch too. Unless it must
/// be a branch, there is one change for each.
pub(crate) fn changes(kind: &str, payload: &Selection, somewhere: &GitChange) -> Vec<GitChange> {
    let (branch, commit) = match kind {
        "workflow_run" => (RUN_BRANCH, RUN_COMMIT),
        "workflow_job" => (JOB_BRANCH, JOB_COMMIT),
        _ => (SUITE_BRANCH, SUITE_COMMIT),
    };
    // A branch of a fork is not the branch of that name here.
    if kind == "workflow_run" && payload.text(HEAD_REPOSITORY) != payload.text(FULL_NAME) {
        return vec![somewhere.clone()];
    }
    let name = payload.text(branch);
    let change = GitChange {
        after: git::commit(payload.text(commit)),
        ..somewhere.clone()
    };
    if !is_branch(name, payload) {
        return git::branch_or_tag(name, change);
    }
    vec![GitChange {
        ref_: git::branch(name),
        ..change
    }]
}

/// Whether the run must be of a branch: the default branch, or one with a pull request.
fn is_branch(name: Option<&str>, payload: &Selection) -> bool {
    let trigger = payload.text(TRIGGER).unwrap_or_default();
    name == payload.text(DEFAULT_BRANCH)
        || trigger.starts_with("pull_request")
        || REQUESTS.iter().any(|pointer| payload.is_set(pointer))
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

    use super::*;

    const COMMIT: &str = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";

    /// The refs of a run at `v1`. Pointers of `other` take precedence.
    fn refs(kind: &str, other: &[(&'static str, &str)]) -> Vec<Option<String>> {
        let usual = [
            (FULL_NAME, "octo/app"),
            (HEAD_REPOSITORY, "octo/app"),
            (DEFAULT_BRANCH, "main"),
            (SUITE_BRANCH, "v1"),
            (RUN_BRANCH, "v1"),
            (JOB_BRANCH, "v1"),
            (SUITE_COMMIT, COMMIT),
            (RUN_COMMIT, COMMIT),
            (JOB_COMMIT, COMMIT),
        ];
        let payload: Selection = other
            .iter()
            .chain(&usual)
            .map(|(pointer, text)| (*pointer, vec![Value::Text((*text).into())]))
            .collect();
        let changes = changes(kind, &payload, &GitChange::in_repository(vec![]));
        changes.into_iter().map(|change| change.ref_).collect()
    }

    fn branch() -> Vec<Option<String>> {
        vec![Some("refs/heads/v1".into())]
    }

    #[test]
    fn what_may_be_a_tag_is_either() {
        let either = [branch(), vec![Some("refs/tags/v1".into())]].concat();
        for kind in ["workflow_run", "workflow_job", "check_suite"] {
            assert_eq!(refs(kind, &[]), either, "{kind}");
        }
        assert_eq!(refs("workflow_run", &[(TRIGGER, "push")]), either);
    }

    #[test]
    fn what_can_be_no_tag_is_a_branch() {
        for (kind, other) in [
            ("workflow_job", (DEFAULT_BRANCH, "v1")),
            ("workflow_run", (TRIGGER, "pull_request_target")),
            ("workflow_run", (REQUESTS[0], "7")),
            ("check_suite", (REQUESTS[1], "7")),
        ] {
            assert_eq!(refs(kind, &[other]), branch(), "{kind} {other:?}");
        }
    }

    #[test]
    fn a_fork_moves_nothing_here() {
        let fork = (HEAD_REPOSITORY, "fork/app");
        assert_eq!(refs("workflow_run", &[fork]), [None]);
    }

    #[test]
    fn without_a_branch_the_commit_is_known() {
        assert_eq!(refs("check_suite", &[(SUITE_BRANCH, "")]), [None]);
    }
}
