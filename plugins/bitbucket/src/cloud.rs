//! Payloads of Bitbucket Cloud.

use bellpull_sdk::{Change, GitChange, RequestChange, Selection, git, requests};

/// Cloud sends only the web page, which is also the URL to clone without `.git`.
pub(crate) const REPOSITORY: &str = "/repository/links/html/href";

pub(crate) const PULL_REQUEST: [&str; 8] = [
    "/pullrequest/destination/branch/name",
    "/pullrequest/merge_commit/hash",
    "/pullrequest/destination/repository/links/html/href",
    "/pullrequest/id",
    "/pullrequest/state",
    "/pullrequest/source/branch/name",
    "/pullrequest/source/commit/hash",
    "/pullrequest/draft",
];

const EVENT: &str = "pullrequest:";

pub(crate) const CHANGES: [&str; 6] = [
    "/push/changes/*/new/type",
    "/push/changes/*/new/name",
    "/push/changes/*/new/target/hash",
    "/push/changes/*/old/type",
    "/push/changes/*/old/name",
    "/push/changes/*/old/target/hash",
];

/// `repo:push`: one change for each ref. `new` is null if the ref was deleted, `old` if it is new.
pub(crate) fn push(payload: &Selection) -> Vec<GitChange> {
    let somewhere = repository(payload);
    git::ref_changes(payload.rows(CHANGES), somewhere, change)
}

fn change(row: [Option<&str>; 6], somewhere: &GitChange) -> GitChange {
    let [new_type, new_name, new_hash, old_type, old_name, old_hash] = row;
    let (kind, name) = match (new_name, old_name) {
        (Some(name), _) => (new_type, Some(name)),
        (None, name) => (old_type, name),
    };
    GitChange {
        ref_: name.and_then(|name| full(kind?, name)),
        before: git::commit(old_hash),
        after: git::commit(new_hash),
        deleted: row[..3].iter().all(Option::is_none) && old_name.is_some(),
        ..somewhere.clone()
    }
}

/// `pullrequest:…`: the request, and the ref that its merge moved.
pub(crate) fn pull_request(kind: &str, payload: &Selection) -> Vec<Change> {
    let [branch, commit, destination, _, state, source, head, _] =
        PULL_REQUEST.map(|pointer| payload.text(pointer));
    let somewhere = match destination {
        Some(url) => GitChange::in_repository(vec![url.into()]),
        None => repository(payload),
    };
    let is_merge = kind == "pullrequest:fulfilled";
    let request = RequestChange {
        number: requests::number(payload, PULL_REQUEST[3]),
        source: git::branch(source),
        target: git::branch(branch),
        head: git::commit(head),
        action: kind.strip_prefix(EVENT).map(String::from),
        merged: requests::merged(state, "MERGED", is_merge),
        draft: payload.boolean(PULL_REQUEST[7]),
        ..RequestChange::in_repository(somewhere.repositories)
    };
    requests::changes(request, is_merge, commit)
}

fn repository(payload: &Selection) -> GitChange {
    let url = payload.text(REPOSITORY).map(String::from);
    GitChange::in_repository(url.into_iter().collect())
}

fn full(kind: &str, name: &str) -> Option<String> {
    match kind {
        "branch" => git::branch(Some(name)),
        "tag" => git::tag(Some(name)),
        _ => None,
    }
}
