use bellpull_sdk::{Change, Event, GitChange, Paths, Selection, TouchedPaths};

use crate::package;

/// Where repositories are named. Runs of Forgejo's actions have theirs inside.
const REPOSITORY: [&str; 6] = [
    "/repository/clone_url",
    "/repository/ssh_url",
    "/repository/html_url",
    "/run/repository/clone_url",
    "/run/repository/ssh_url",
    "/run/repository/html_url",
];

const COMMITS: &str = "/commits/*/id";
const FILES: [&str; 3] = [
    "/commits/*/added/*",
    "/commits/*/modified/*",
    "/commits/*/removed/*",
];

/// What to ask of every payload. The kinds are few and their members do not clash.
pub(crate) const POINTERS: &[&str] = &[
    "/action",
    "/ref",
    "/ref_type",
    "/before",
    "/after",
    "/sha",
    "/state",
    "/total_commits",
    "/pull_request/merged",
    "/pull_request/base/ref",
    "/pull_request/merge_commit_sha",
    "/release/tag_name",
    "/repository/full_name",
    "/workflow_run/head_branch",
    "/workflow_run/head_sha",
    "/workflow_run/head_repository/full_name",
    "/workflow_job/head_branch",
    "/workflow_job/head_sha",
    package::POINTERS[0],
    package::POINTERS[1],
    package::POINTERS[2],
    package::POINTERS[3],
    package::POINTERS[4],
    package::POINTERS[5],
    REPOSITORY[0],
    REPOSITORY[1],
    REPOSITORY[2],
    REPOSITORY[3],
    REPOSITORY[4],
    REPOSITORY[5],
];

/// What may be more than the host answers.
pub(crate) const BULKY: &[&str] = &[COMMITS, FILES[0], FILES[1], FILES[2]];

/// The facts of an event.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let change = match kind {
        "package" => package::change(payload).map(Change::Artifact),
        _ => git(kind, payload).map(Change::Git),
    };
    let action = payload.text("/action").or(payload.text("/state"));
    Event {
        action: action.map(String::from),
        changes: change.into_iter().collect(),
        ..Event::new(kind)
    }
}

fn git(kind: &str, payload: &Selection) -> Option<GitChange> {
    let repositories: Vec<String> = REPOSITORY
        .iter()
        .filter_map(|pointer| payload.text(pointer).map(String::from))
        .collect();
    if repositories.is_empty() {
        return None;
    }
    let somewhere = GitChange::in_repository(repositories);
    let at = |branch, commit| GitChange {
        ref_: prefixed("refs/heads/", payload.text(branch)),
        after: payload.text(commit).map(String::from),
        ..somewhere.clone()
    };
    Some(match kind {
        "push" => push(payload, somewhere),
        "create" | "delete" => GitChange {
            ref_: named_ref(payload),
            after: payload.text("/sha").map(String::from),
            deleted: kind == "delete",
            ..somewhere
        },
        // Until it is merged, no ref of this repository has moved by a pull request.
        "pull_request" if payload.boolean("/pull_request/merged") == Some(true) => {
            at("/pull_request/base/ref", "/pull_request/merge_commit_sha")
        }
        "release" => GitChange {
            ref_: prefixed("refs/tags/", payload.text("/release/tag_name")),
            ..somewhere
        },
        "workflow_run" if from_fork(payload) => somewhere,
        "workflow_run" => at("/workflow_run/head_branch", "/workflow_run/head_sha"),
        "workflow_job" => at("/workflow_job/head_branch", "/workflow_job/head_sha"),
        _ => somewhere,
    })
}

fn push(payload: &Selection, somewhere: GitChange) -> GitChange {
    let after = payload.text("/after");
    let change = GitChange {
        ref_: payload.text("/ref").map(String::from),
        before: payload.text("/before").and_then(commit),
        after: after.and_then(commit),
        deleted: after.is_some_and(is_zeros),
        ..somewhere
    };
    // The commits of a new ref are not what it differs in from what was there.
    if change.before.is_none() || change.after.is_none() {
        return change;
    }
    GitChange {
        paths: files(payload),
        ..change
    }
}

fn files(payload: &Selection) -> Paths {
    let commits = payload.all(COMMITS).len();
    let listed = FILES.iter().any(|pointer| !payload.all(pointer).is_empty());
    // Without a single file the lists may be null, which is what Gogs writes that cannot tell.
    if commits == 0 || !listed {
        return Paths::Unknown;
    }
    let mut touched = TouchedPaths::new();
    for pointer in FILES {
        touched.extend(payload.texts(pointer));
    }
    // The newest few commits are listed. How many there were, Gogs does not say.
    let total = payload.number("/total_commits");
    if total.is_none_or(|total| total > commits as u64) {
        touched.mark_truncated();
    }
    touched.finish()
}

/// `create` and `delete` give the short name beside its kind.
fn named_ref(payload: &Selection) -> Option<String> {
    let prefix = match payload.text("/ref_type")? {
        "branch" => "refs/heads/",
        "tag" => "refs/tags/",
        _ => return None,
    };
    prefixed(prefix, payload.text("/ref"))
}

/// Whether a run is of another repository's branch, where that is told.
fn from_fork(payload: &Selection) -> bool {
    let head = payload.text("/workflow_run/head_repository/full_name");
    head.is_some() && head != payload.text("/repository/full_name")
}

/// The full name for a short one; a full one stays.
fn prefixed(prefix: &str, name: Option<&str>) -> Option<String> {
    let name = name?;
    let prefix = if name.starts_with("refs/") {
        ""
    } else {
        prefix
    };
    Some([prefix, name].concat())
}

fn commit(id: &str) -> Option<String> {
    (!is_zeros(id)).then(|| id.into())
}

/// As many zeros as a commit id is long stand where there is no commit.
fn is_zeros(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests;
