use bellpull_sdk::{Change, Event, GitChange, Selection, git};

use crate::{package, pull_request};

/// The names of the repository. In runs of Forgejo's actions it is a member of the run.
const REPOSITORY: [&str; 6] = [
    "/repository/clone_url",
    "/repository/ssh_url",
    "/repository/html_url",
    "/run/repository/clone_url",
    "/run/repository/ssh_url",
    "/run/repository/html_url",
];

/// The pointers for every payload. Members of different events do not clash.
pub(crate) const POINTERS: &[&str] = &[
    "/action",
    "/ref",
    "/ref_type",
    "/before",
    "/after",
    "/sha",
    "/state",
    "/total_commits",
    pull_request::POINTERS[0],
    pull_request::POINTERS[1],
    pull_request::POINTERS[2],
    pull_request::POINTERS[3],
    pull_request::POINTERS[4],
    pull_request::POINTERS[5],
    pull_request::POINTERS[6],
    pull_request::POINTERS[7],
    pull_request::POINTERS[8],
    pull_request::POINTERS[9],
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

/// Their answers may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[
    git::COMMIT_FILES[0],
    git::COMMIT_FILES[1],
    git::COMMIT_FILES[2],
    git::COMMIT_FILES[3],
    git::COMMIT_FILES[4],
    git::COMMIT_FILES[5],
    pull_request::LABELS[0],
    pull_request::LABELS[1],
];

/// The facts of an event.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let changes = match kind {
        "package" => one(package::change(payload).map(Change::Artifact)),
        _ if pull_request::is_about(kind) => pull_request::changes(kind, payload, &REPOSITORY),
        _ => one(change(kind, payload).map(Change::Git)),
    };
    let action = payload.text("/action").or(payload.text("/state"));
    Event {
        action: action.map(String::from),
        changes,
        ..Event::new(kind)
    }
}

fn one(change: Option<Change>) -> Vec<Change> {
    change.into_iter().collect()
}

fn change(kind: &str, payload: &Selection) -> Option<GitChange> {
    let repositories = git::repositories(payload, &REPOSITORY);
    if repositories.is_empty() {
        return None;
    }
    let somewhere = GitChange::in_repository(repositories);
    let at = |branch, commit| GitChange {
        ref_: git::branch(payload.text(branch)),
        after: git::commit(payload.text(commit)),
        ..somewhere.clone()
    };
    Some(match kind {
        "push" => push(payload, somewhere),
        "create" | "delete" => GitChange {
            ref_: named_ref(payload),
            after: git::commit(payload.text("/sha")),
            deleted: kind == "delete",
            ..somewhere
        },
        "release" => GitChange {
            ref_: git::tag(payload.text("/release/tag_name")),
            ..somewhere
        },
        "workflow_run" if from_fork(payload) => somewhere,
        "workflow_run" => at("/workflow_run/head_branch", "/workflow_run/head_sha"),
        "workflow_job" => at("/workflow_job/head_branch", "/workflow_job/head_sha"),
        _ => somewhere,
    })
}

fn push(payload: &Selection, somewhere: GitChange) -> GitChange {
    let told = ["/ref", "/before", "/after"].map(|pointer| payload.text(pointer));
    let change = git::ref_change(told, &somewhere);
    // The listed commits of a new ref are not its difference from what was there before.
    if change.before.is_none() || change.after.is_none() {
        return change;
    }
    // A push lists only its newest commits. Gogs does not state how many there were.
    let total = payload.number("/total_commits");
    GitChange {
        paths: git::paths(payload, |commits, _| {
            total.is_none_or(|total| total > commits as u64)
        }),
        ..change
    }
}

/// `create` and `delete` state the short name and the kind of the ref.
fn named_ref(payload: &Selection) -> Option<String> {
    let name = payload.text("/ref");
    match payload.text("/ref_type")? {
        "branch" => git::branch(name),
        "tag" => git::tag(name),
        _ => None,
    }
}

/// Whether a run is of a branch of another repository, if the payload states it.
fn from_fork(payload: &Selection) -> bool {
    let head = payload.text("/workflow_run/head_repository/full_name");
    head.is_some() && head != payload.text("/repository/full_name")
}

#[cfg(test)]
mod tests;
