//! Pull requests: the event `pull_request`, and events about one, such as `pull_request_review`.

use bellpull_sdk::{Change, RequestChange, Selection, git, requests};

use crate::repository;

/// The pointers into the payload.
pub(crate) const POINTERS: &[&str] = &[
    "/action",
    "/pull_request/number",
    "/pull_request/head/ref",
    "/pull_request/head/sha",
    "/pull_request/base/ref",
    "/pull_request/merged",
    "/pull_request/merged_at",
    "/pull_request/merge_commit_sha",
    "/pull_request/draft",
    repository::URLS[0],
    repository::URLS[1],
    repository::URLS[2],
    repository::URLS[3],
];

/// Their answers may pass the bounds of the host.
pub(crate) const LABELS: [&str; 2] = ["/pull_request/labels", "/pull_request/labels/*/name"];

/// Whether an event is about a pull request.
pub(crate) fn is_about(kind: &str) -> bool {
    kind.starts_with("pull_request")
}

/// The request, and the ref that its merge moved.
pub(crate) fn changes(kind: &str, payload: &Selection) -> Vec<Change> {
    let repositories = repository::urls(payload);
    if repositories.is_empty() {
        return Vec::new();
    }
    // The request in a review states only the time of the merge.
    let merged = payload
        .boolean("/pull_request/merged")
        .or(requests::merged_at(payload, "/pull_request/merged_at"));
    let request = RequestChange {
        number: requests::number(payload, "/pull_request/number"),
        source: git::branch(payload.text("/pull_request/head/ref")),
        target: git::branch(payload.text("/pull_request/base/ref")),
        head: git::commit(payload.text("/pull_request/head/sha")),
        action: payload.text("/action").map(String::from),
        merged,
        draft: payload.boolean("/pull_request/draft"),
        labels: requests::labels(payload, LABELS[0], LABELS[1]),
        ..RequestChange::in_repository(repositories)
    };
    let commit = payload.text("/pull_request/merge_commit_sha");
    requests::changes(request, kind == "pull_request", commit)
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;
    use bellpull_sdk::{GitChange, names};

    use super::*;

    const HEAD: &str = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
    const MERGE: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
    const URL: &str = "https://github.com/octo/app.git";

    fn payload(merged: Value, merged_at: Value) -> Selection {
        let mut payload = Selection::from([
            ("/action", "synchronize"),
            ("/pull_request/head/ref", "feature"),
            ("/pull_request/head/sha", HEAD),
            ("/pull_request/base/ref", "main"),
            ("/pull_request/merge_commit_sha", MERGE),
            (repository::URLS[0], URL),
        ]);
        payload.extend([
            ("/pull_request/number", vec![Value::Number("17".into())]),
            ("/pull_request/merged", vec![merged]),
            ("/pull_request/merged_at", vec![merged_at]),
            ("/pull_request/draft", vec![Value::Boolean(true)]),
            (LABELS[0], vec![Value::Json("[{}]".into())]),
            (LABELS[1], vec![Value::Text("preview".into())]),
        ]);
        payload
    }

    fn request(merged: Option<bool>) -> Change {
        Change::Request(RequestChange {
            number: "17".into(),
            source: Some("refs/heads/feature".into()),
            target: Some("refs/heads/main".into()),
            head: Some(HEAD.into()),
            action: Some("synchronize".into()),
            merged,
            draft: Some(true),
            labels: Some(names(&["preview"])),
            ..RequestChange::in_repository(names(&[URL]))
        })
    }

    #[test]
    fn a_request_moves_a_ref_once_it_is_merged() {
        let yes = || Value::Boolean(true);
        let no = || Value::Boolean(false);
        let time = || Value::Text("2026-01-01T00:00:00Z".into());
        let moved = |after: Option<&str>| {
            Change::Git(GitChange {
                ref_: Some("refs/heads/main".into()),
                after: after.map(String::from),
                ..GitChange::in_repository(names(&[URL]))
            })
        };
        let cases = [
            (
                "pull_request",
                no(),
                Value::Null,
                vec![request(Some(false))],
            ),
            (
                "pull_request",
                yes(),
                time(),
                vec![moved(Some(MERGE)), request(Some(true))],
            ),
            (
                "pull_request_review",
                Value::Missing,
                Value::Null,
                vec![request(Some(false))],
            ),
            (
                "pull_request_review",
                Value::Missing,
                time(),
                vec![request(Some(true))],
            ),
            (
                "pull_request_review",
                Value::Missing,
                Value::Missing,
                vec![moved(None), request(None)],
            ),
        ];
        for (kind, merged, merged_at, expected) in cases {
            let shown = format!("{kind} {merged:?} {merged_at:?}");
            assert_eq!(
                changes(kind, &payload(merged, merged_at)),
                expected,
                "{shown}"
            );
        }
    }

    #[test]
    fn what_is_not_said_is_unknown() {
        let bare = Selection::from([(repository::URLS[0], URL)]);
        let request = Change::Request(RequestChange::in_repository(names(&[URL])));
        let moved = Change::Git(GitChange::in_repository(names(&[URL])));
        assert_eq!(changes("pull_request", &bare), [moved, request]);
        assert_eq!(
            changes("pull_request", &Selection::from([("/action", "opened")])),
            []
        );
    }
}
