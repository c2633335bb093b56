use bellpull_sdk::{Change, Event, GitChange, Selection, git};

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

const PUSH: &[&str] = &[
    "/ref",
    "/before",
    "/after",
    "/created",
    "/deleted",
    "/forced",
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
        "push" => (PUSH, &git::COMMIT_FILES),
        "package" | "registry_package" => (package::POINTERS, &[]),
        _ => (OTHER, &[]),
    }
}

/// The facts of an event.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let image = |root| package::change(root, payload).into_iter().collect();
    let changes = match kind {
        "package" => image("/package"),
        "registry_package" => image("/registry_package"),
        _ => changes(kind, payload)
            .into_iter()
            .filter(git::tells)
            .map(Change::Git)
            .collect(),
    };
    Event {
        action: payload.text("/action").map(String::from),
        changes,
        ..Event::new(kind)
    }
}

fn changes(kind: &str, payload: &Selection) -> Vec<GitChange> {
    let repositories = git::repositories(payload, &REPOSITORY);
    let somewhere = GitChange::in_repository(repositories);
    // A run is of a branch or a tag, and the payload calls both a branch.
    let run_at = |name, commit| {
        let change = GitChange {
            after: git::commit(payload.text(commit)),
            ..somewhere.clone()
        };
        git::branch_or_tag(payload.text(name), change)
    };
    let change = match kind {
        "push" => push(payload, somewhere),
        "create" | "delete" => GitChange {
            ref_: named_ref(payload),
            deleted: kind == "delete",
            ..somewhere
        },
        // Until it is merged, no ref of this repository has moved by a pull request.
        "pull_request" if payload.boolean("/pull_request/merged") == Some(true) => GitChange {
            ref_: git::branch(payload.text("/pull_request/base/ref")),
            after: git::commit(payload.text("/pull_request/merge_commit_sha")),
            ..somewhere
        },
        "release" => GitChange {
            ref_: git::tag(payload.text("/release/tag_name")),
            ..somewhere
        },
        "workflow_run" if from_fork(payload) => somewhere,
        "workflow_run" => return run_at("/workflow_run/head_branch", "/workflow_run/head_sha"),
        "workflow_job" => return run_at("/workflow_job/head_branch", "/workflow_job/head_sha"),
        "check_suite" => return run_at("/check_suite/head_branch", "/check_suite/head_sha"),
        _ => somewhere,
    };
    vec![change]
}

fn push(payload: &Selection, somewhere: GitChange) -> GitChange {
    let yes = |pointer| payload.boolean(pointer) == Some(true);
    let change = GitChange {
        ref_: payload.text("/ref").map(String::from),
        before: git::commit(payload.text("/before")),
        after: git::commit(payload.text("/after")),
        deleted: yes("/deleted"),
        ..somewhere
    };
    // The commits of a push are those that are new. What a created ref, or a forced one, differs in
    // from what was there is not among them.
    if yes("/created") || yes("/forced") || change.before.is_none() || change.after.is_none() {
        return change;
    }
    GitChange {
        paths: git::paths(payload, |commits, files| {
            commits >= MOST_COMMITS || files >= MOST_FILES
        }),
        ..change
    }
}

/// `create` and `delete` give the short name beside its kind.
fn named_ref(payload: &Selection) -> Option<String> {
    let name = payload.text("/ref");
    match payload.text("/ref_type")? {
        "branch" => git::branch(name),
        "tag" => git::tag(name),
        _ => None,
    }
}

/// Whether a run is of another repository's branch, which says nothing of the one of that name here.
fn from_fork(payload: &Selection) -> bool {
    payload.text("/workflow_run/head_repository/full_name") != payload.text("/repository/full_name")
}

#[cfg(test)]
mod tests;
