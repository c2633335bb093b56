//! Pull requests: the event `pull_request`, and events about one, such as `pull_request_label`.

use bellpull_sdk::{Change, RequestChange, Selection, git, requests};

/// The pointers into the payload. Gogs has the branches as members of the request itself.
pub(crate) const POINTERS: [&str; 10] = [
    "/pull_request/number",
    "/pull_request/head/ref",
    "/pull_request/head/sha",
    "/pull_request/head_branch",
    "/pull_request/base/ref",
    "/pull_request/base_branch",
    "/pull_request/merged",
    "/pull_request/merge_commit_sha",
    "/pull_request/draft",
    "/number",
];

/// Their answers may pass the bounds of the host.
pub(crate) const LABELS: [&str; 2] = ["/pull_request/labels", "/pull_request/labels/*/name"];

/// Whether an event is about a pull request.
pub(crate) fn is_about(kind: &str) -> bool {
    kind.starts_with("pull_request")
}

/// The request, and the ref that its merge moved.
pub(crate) fn changes(kind: &str, payload: &Selection, repository: &[&'static str]) -> Vec<Change> {
    let repositories = git::repositories(payload, repository);
    if repositories.is_empty() {
        return Vec::new();
    }
    let either = |one, other| git::branch(payload.text(one).or(payload.text(other)));
    let numbers = ["/pull_request/number", "/number"];
    let mut numbers = numbers.map(|at| requests::number(payload, at)).into_iter();
    let request = RequestChange {
        number: numbers
            .find(|number| !number.is_empty())
            .unwrap_or_default(),
        source: either("/pull_request/head/ref", "/pull_request/head_branch"),
        target: either("/pull_request/base/ref", "/pull_request/base_branch"),
        head: git::commit(payload.text("/pull_request/head/sha")),
        action: payload.text("/action").map(String::from),
        merged: payload.boolean("/pull_request/merged"),
        draft: payload.boolean("/pull_request/draft"),
        labels: requests::labels(payload, LABELS[0], LABELS[1]),
        ..RequestChange::in_repository(repositories)
    };
    let commit = payload.text("/pull_request/merge_commit_sha");
    requests::changes(request, kind == "pull_request", commit)
}
