use bellpull_sdk::{Change, Event, GitChange, Paths, Selection, TouchedPaths};

use crate::package;

const REPOSITORY: [&str; 4] = [
    "/repository/clone_url",
    "/repository/ssh_url",
    "/repository/git_url",
    "/repository/html_url",
];

/// GitHub lists at most this many commits of a push, and at most [`MOST_FILES`] files of a commit.
const MOST_COMMITS: usize = 2048;
const MOST_FILES: usize = 3000;

const COMMITS: &str = "/commits/*/distinct";
const FILES: [&str; 3] = [
    "/commits/*/added/*",
    "/commits/*/modified/*",
    "/commits/*/removed/*",
];

const PUSH: &[&str] = &[
    "/ref",
    "/before",
    "/after",
    "/created",
    "/deleted",
    "/forced",
    COMMITS,
    REPOSITORY[0],
    REPOSITORY[1],
    REPOSITORY[2],
    REPOSITORY[3],
];
const OTHER: &[&str] = &[
    "/action",
    "/ref",
    "/ref_type",
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
    "/check_suite/head_branch",
    "/check_suite/head_sha",
    REPOSITORY[0],
    REPOSITORY[1],
    REPOSITORY[2],
    REPOSITORY[3],
];

/// What to ask of the payload of such an event: always, and unless it is too much.
pub(crate) fn pointers(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "push" => (PUSH, &FILES),
        "package" | "registry_package" => (package::POINTERS, &[]),
        _ => (OTHER, &[]),
    }
}

/// The facts of an event.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let changes = match kind {
        "package" => package::change("/package", payload),
        "registry_package" => package::change("/registry_package", payload),
        _ => git(kind, payload).map(Change::Git),
    };
    Event {
        action: payload.text("/action").map(String::from),
        changes: changes.into_iter().collect(),
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
    Some(match kind {
        "push" => push(payload, somewhere),
        "create" | "delete" => GitChange {
            ref_: named_ref(payload),
            deleted: kind == "delete",
            ..somewhere
        },
        // Until it is merged, no ref of this repository has moved by a pull request.
        "pull_request" if payload.boolean("/pull_request/merged") == Some(true) => GitChange {
            ref_: branch(payload.text("/pull_request/base/ref")),
            after: commit(payload.text("/pull_request/merge_commit_sha")),
            ..somewhere
        },
        "release" => GitChange {
            ref_: prefixed("refs/tags/", payload.text("/release/tag_name")),
            ..somewhere
        },
        "workflow_run" if from_fork(payload) => somewhere,
        "workflow_run" => GitChange {
            ref_: branch(payload.text("/workflow_run/head_branch")),
            after: commit(payload.text("/workflow_run/head_sha")),
            ..somewhere
        },
        "workflow_job" => GitChange {
            ref_: branch(payload.text("/workflow_job/head_branch")),
            after: commit(payload.text("/workflow_job/head_sha")),
            ..somewhere
        },
        "check_suite" => GitChange {
            ref_: branch(payload.text("/check_suite/head_branch")),
            after: commit(payload.text("/check_suite/head_sha")),
            ..somewhere
        },
        _ => somewhere,
    })
}

fn push(payload: &Selection, somewhere: GitChange) -> GitChange {
    let yes = |pointer| payload.boolean(pointer) == Some(true);
    let change = GitChange {
        ref_: payload.text("/ref").map(String::from),
        before: commit(payload.text("/before")),
        after: commit(payload.text("/after")),
        deleted: yes("/deleted"),
        ..somewhere
    };
    // The commits of a push are those that are new. What a created ref, or a forced one, differs in
    // from what was there is not among them.
    if yes("/created") || yes("/forced") || change.before.is_none() || change.after.is_none() {
        return change;
    }
    GitChange {
        paths: files(payload),
        ..change
    }
}

fn files(payload: &Selection) -> Paths {
    let commits = payload.all(COMMITS).len();
    if commits == 0 || !FILES.iter().all(|pointer| payload.has(pointer)) {
        return Paths::Unknown;
    }
    let mut touched = TouchedPaths::new();
    let mut listed = 0;
    for pointer in FILES {
        touched.extend(payload.texts(pointer));
        listed += payload.all(pointer).len();
    }
    if commits >= MOST_COMMITS || listed >= MOST_FILES {
        touched.mark_truncated();
    }
    touched.finish()
}

/// `create` and `delete` give the short name beside its kind.
fn named_ref(payload: &Selection) -> Option<String> {
    let name = payload.text("/ref");
    match payload.text("/ref_type")? {
        "branch" => branch(name),
        "tag" => prefixed("refs/tags/", name),
        _ => None,
    }
}

/// Whether a run is of another repository's branch, which says nothing of the one of that name here.
fn from_fork(payload: &Selection) -> bool {
    payload.text("/workflow_run/head_repository/full_name") != payload.text("/repository/full_name")
}

fn branch(name: Option<&str>) -> Option<String> {
    prefixed("refs/heads/", name)
}

fn prefixed(prefix: &str, name: Option<&str>) -> Option<String> {
    name.map(|name| [prefix, name].concat())
}

/// GitHub writes as many zeros as a commit id is long where there is no commit.
fn commit(id: Option<&str>) -> Option<String> {
    id.filter(|id| id.bytes().any(|byte| byte != b'0'))
        .map(String::from)
}

#[cfg(test)]
mod tests;
