//! Payloads of Bitbucket Data Center and Server.

use bellpull_sdk::{GitChange, Selection};

use crate::event::text;

/// The URLs to clone, and the web page. Versions before 7 send none: then the repository is unknown,
/// since its key and slug do not say on which host it is.
pub(crate) const REPOSITORY: [&str; 2] = [
    "/repository/links/clone/*/href",
    "/repository/links/self/*/href",
];

pub(crate) const PULL_REQUEST: [&str; 4] = [
    "/pullRequest/toRef/id",
    "/pullRequest/properties/mergeCommit/id",
    DESTINATION[0],
    DESTINATION[1],
];

const DESTINATION: [&str; 2] = [
    "/pullRequest/toRef/repository/links/clone/*/href",
    "/pullRequest/toRef/repository/links/self/*/href",
];

pub(crate) const CHANGES: [&str; 4] = [
    "/changes/*/refId",
    "/changes/*/fromHash",
    "/changes/*/toHash",
    "/changes/*/type",
];

/// Whether a mirror left the changes out.
pub(crate) const REF_LIMIT_EXCEEDED: &str = "/refLimitExceeded";

/// `repo:refs_changed`, and a mirror's `mirror:repo_synchronized`: one change for each ref.
pub(crate) fn push(payload: &Selection) -> Vec<GitChange> {
    let somewhere = GitChange::in_repository(urls(payload, &REPOSITORY));
    let columns = CHANGES.map(|pointer| payload.all(pointer));
    let rows = columns.iter().map(|column| column.len()).max();
    let cut = payload.boolean(REF_LIMIT_EXCEEDED) == Some(true);
    let changes: Vec<GitChange> = (0..rows.unwrap_or_default())
        .map(|row| {
            let [name, from, to, kind] = columns.map(|column| text(column.get(row)));
            GitChange {
                ref_: name.map(String::from),
                before: commit(from),
                after: commit(to),
                deleted: kind == Some("DELETE"),
                ..somewhere.clone()
            }
        })
        .collect();
    if changes.is_empty() || cut {
        return vec![somewhere];
    }
    changes
}

/// `pr:…`. Until it is merged, no ref of the destination has moved by it.
pub(crate) fn pull_request(kind: &str, payload: &Selection) -> GitChange {
    let somewhere = GitChange::in_repository(urls(payload, &DESTINATION));
    if kind != "pr:merged" {
        return somewhere;
    }
    GitChange {
        ref_: payload.text(PULL_REQUEST[0]).map(String::from),
        after: commit(payload.text(PULL_REQUEST[1])),
        ..somewhere
    }
}

/// Every URL at the pointers.
pub(crate) fn urls(payload: &Selection, pointers: &[&'static str]) -> Vec<String> {
    pointers
        .iter()
        .flat_map(|pointer| payload.texts(pointer))
        .map(String::from)
        .collect()
}

/// Bitbucket writes as many zeros as a commit id is long where there is no commit.
fn commit(id: Option<&str>) -> Option<String> {
    id.filter(|id| id.bytes().any(|byte| byte != b'0'))
        .map(String::from)
}
