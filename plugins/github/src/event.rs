use bellpull_sdk::{Change, Event, GitChange, Selection, git};

use crate::{package, pull_request, repository, run};

const FORMER_NAME: &str = "/changes/repository/name/from";

/// The most commits of a push that GitHub lists, and [the most files](MOST_FILES) of a commit.
const MOST_COMMITS: usize = 2048;
const MOST_FILES: usize = 3000;

const PUSH: &[&str] = &[
    "/ref",
    "/before",
    "/after",
    "/created",
    "/deleted",
    "/forced",
    repository::URLS[0],
    repository::URLS[1],
    repository::URLS[2],
    repository::URLS[3],
];
const OTHER: &[&str] = &[
    "/action",
    "/ref",
    "/ref_type",
    "/release/tag_name",
    FORMER_NAME,
    run::POINTERS[0],
    run::POINTERS[1],
    run::POINTERS[2],
    run::POINTERS[3],
    run::POINTERS[4],
    run::POINTERS[5],
    run::POINTERS[6],
    run::POINTERS[7],
    run::POINTERS[8],
    run::POINTERS[9],
    run::POINTERS[10],
    run::POINTERS[11],
    repository::URLS[0],
    repository::URLS[1],
    repository::URLS[2],
    repository::URLS[3],
];

/// The pointers for an event, and those whose answers may pass the bounds of the host.
pub(crate) fn pointers(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "push" => (PUSH, &git::COMMIT_FILES),
        "package" | "registry_package" => (package::POINTERS, &[]),
        _ if pull_request::is_about(kind) => (pull_request::POINTERS, &pull_request::LABELS),
        _ => (OTHER, &[]),
    }
}

/// The facts of an event.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let image = |root| package::change(root, payload).into_iter().collect();
    let changes = match kind {
        "package" => image("/package"),
        "registry_package" => image("/registry_package"),
        _ if pull_request::is_about(kind) => pull_request::changes(kind, payload),
        _ => changes(kind, payload)
            .into_iter()
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
    let repositories = repository::urls(payload);
    if repositories.is_empty() {
        return Vec::new();
    }
    let somewhere = GitChange::in_repository(repositories);
    let change = match kind {
        "push" => push(payload, somewhere),
        "create" | "delete" => GitChange {
            ref_: named_ref(payload),
            deleted: kind == "delete",
            ..somewhere
        },
        "release" => GitChange {
            ref_: git::tag(payload.text("/release/tag_name")),
            ..somewhere
        },
        "workflow_run" | "workflow_job" | "check_suite" => {
            return run::changes(kind, payload, &somewhere);
        }
        "repository" => renamed(payload, somewhere),
        _ => somewhere,
    };
    vec![change]
}

/// A repository that was renamed. Objects may still follow it by its former address, which GitHub
/// redirects.
fn renamed(payload: &Selection, mut somewhere: GitChange) -> GitChange {
    let former = payload.text(FORMER_NAME);
    let page = payload
        .text(repository::PAGE)
        .and_then(|page| page.rsplit_once('/'));
    if let (Some(former), Some((owner, _))) = (former, page) {
        somewhere.repositories.push([owner, "/", former].concat());
    }
    somewhere
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
    // A push lists only the commits that are new in the repository. They are not the whole
    // difference if the ref was created or forced.
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

/// `create` and `delete` state the short name and the kind of the ref.
fn named_ref(payload: &Selection) -> Option<String> {
    let name = payload.text("/ref");
    match payload.text("/ref_type")? {
        "branch" => git::branch(name),
        "tag" => git::tag(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
