//! Payloads of Bitbucket Cloud.

use bellpull_sdk::{GitChange, Selection, host::document::Value};

use crate::event::text;

/// Cloud gives the web page alone, which is also the URL to clone without `.git`.
pub(crate) const REPOSITORY: &str = "/repository/links/html/href";

pub(crate) const PULL_REQUEST: [&str; 3] = [
    "/pullrequest/destination/branch/name",
    "/pullrequest/merge_commit/hash",
    "/pullrequest/destination/repository/links/html/href",
];

pub(crate) const CHANGES: [&str; 6] = [
    "/push/changes/*/new/type",
    "/push/changes/*/new/name",
    "/push/changes/*/new/target/hash",
    "/push/changes/*/old/type",
    "/push/changes/*/old/name",
    "/push/changes/*/old/target/hash",
];

/// `repo:push`: one change for each ref. `new` is null where the ref is gone, `old` where it is new.
pub(crate) fn push(payload: &Selection) -> Vec<GitChange> {
    let somewhere = repository(payload);
    let columns = CHANGES.map(|pointer| payload.all(pointer));
    let rows = columns.iter().map(|column| column.len()).max();
    let changes: Vec<GitChange> = (0..rows.unwrap_or_default())
        .map(|row| change(columns.map(|column| column.get(row)), &somewhere))
        .collect();
    if changes.is_empty() {
        return vec![somewhere];
    }
    changes
}

fn change(row: [Option<&Value>; 6], somewhere: &GitChange) -> GitChange {
    let [new_type, new_name, new_hash, old_type, old_name, old_hash] = row.map(text);
    let (kind, name) = match (new_name, old_name) {
        (Some(name), _) => (new_type, Some(name)),
        (None, name) => (old_type, name),
    };
    GitChange {
        ref_: name.and_then(|name| full(kind?, name)),
        before: old_hash.map(String::from),
        after: new_hash.map(String::from),
        deleted: new_name.is_none() && old_name.is_some(),
        ..somewhere.clone()
    }
}

/// `pullrequest:…`. Until it is merged, no ref of the destination has moved by it.
pub(crate) fn pull_request(kind: &str, payload: &Selection) -> GitChange {
    let [branch, commit, destination] = PULL_REQUEST.map(|pointer| payload.text(pointer));
    let somewhere = match destination {
        Some(url) => GitChange::in_repository(vec![url.into()]),
        None => repository(payload),
    };
    if kind != "pullrequest:fulfilled" {
        return somewhere;
    }
    GitChange {
        ref_: branch.and_then(|name| full("branch", name)),
        after: commit.map(String::from),
        ..somewhere
    }
}

fn repository(payload: &Selection) -> GitChange {
    let url = payload.text(REPOSITORY).map(String::from);
    GitChange::in_repository(url.into_iter().collect())
}

fn full(kind: &str, name: &str) -> Option<String> {
    let prefix = match kind {
        "branch" => "refs/heads/",
        "tag" => "refs/tags/",
        _ => return None,
    };
    Some([prefix, name].concat())
}
