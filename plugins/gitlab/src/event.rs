use bellpull_sdk::{Change, Event, GitChange, RequestChange, Selection, git, requests};

use crate::push;

/// The names of the repository. Old job hooks have only `repository`.
const REPOSITORY: [&str; 6] = [
    "/project/git_http_url",
    "/project/git_ssh_url",
    "/project/web_url",
    "/repository/git_http_url",
    "/repository/git_ssh_url",
    "/repository/homepage",
];

/// The project hook of merge requests, for payloads that do not state their object.
const MERGE_REQUEST: &str = "Merge Request Hook";

/// The labels of a merge request.
const LABELS: [&str; 2] = ["/labels", "/labels/*/title"];

/// Their answers may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[
    git::COMMIT_FILES[0],
    git::COMMIT_FILES[1],
    git::COMMIT_FILES[2],
    git::COMMIT_FILES[3],
    git::COMMIT_FILES[4],
    git::COMMIT_FILES[5],
    push::UPDATES[0],
    push::UPDATES[1],
    push::UPDATES[2],
    LABELS[0],
    LABELS[1],
];

/// The pointers for every payload. Members of different events do not clash.
pub(crate) const POINTERS: &[&str] = &[
    "/object_kind",
    "/event_name",
    "/action",
    "/ref",
    "/tag",
    "/before",
    "/after",
    "/sha",
    "/commit/id",
    "/build_status",
    "/total_commits_count",
    "/object_attributes/action",
    "/object_attributes/status",
    "/object_attributes/state",
    "/object_attributes/target_branch",
    "/object_attributes/merge_commit_sha",
    "/object_attributes/ref",
    "/object_attributes/tag",
    "/object_attributes/sha",
    "/object_attributes/iid",
    "/object_attributes/source_branch",
    "/object_attributes/last_commit/id",
    "/object_attributes/draft",
    "/object_attributes/work_in_progress",
    REPOSITORY[0],
    REPOSITORY[1],
    REPOSITORY[2],
    REPOSITORY[3],
    REPOSITORY[4],
    REPOSITORY[5],
];

/// The facts of an event. The payload states what happened as `object_kind` or `event_name`, so a
/// `System Hook` has the same facts as the hook of a project.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let object = payload
        .text("/object_kind")
        .or(payload.text("/event_name"))
        .unwrap_or_default();
    let changes = match object {
        "merge_request" => merge_request(payload),
        "" if kind == MERGE_REQUEST => merge_request(payload),
        _ => changes(object, payload)
            .into_iter()
            .map(Change::Git)
            .collect(),
    };
    Event {
        action: action(kind, object, payload).map(String::from),
        changes,
        ..Event::new(kind)
    }
}

fn action<'p>(kind: &str, object: &'p str, payload: &'p Selection) -> Option<&'p str> {
    let told = match object {
        "pipeline" => payload.text("/object_attributes/status"),
        "build" => payload.text("/build_status"),
        "release" => payload.text("/action"),
        _ => payload.text("/object_attributes/action"),
    };
    let event = Some(object).filter(|name| kind == "System Hook" && !name.is_empty());
    told.or(event)
}

fn changes(object: &str, payload: &Selection) -> Vec<GitChange> {
    let repositories = git::repositories(payload, &REPOSITORY);
    if repositories.is_empty() {
        return Vec::new();
    }
    let somewhere = GitChange::in_repository(repositories);
    let change = match object {
        "push" | "tag_push" => push::change(payload, somewhere),
        "repository_update" => return push::updates(payload, somewhere),
        "pipeline" => GitChange {
            ref_: full(
                payload.text("/object_attributes/ref"),
                payload.boolean("/object_attributes/tag") == Some(true),
            ),
            after: git::commit(payload.text("/object_attributes/sha")),
            ..somewhere
        },
        "build" => GitChange {
            ref_: full(payload.text("/ref"), payload.boolean("/tag") == Some(true)),
            after: git::commit(payload.text("/sha")),
            ..somewhere
        },
        "release" => GitChange {
            ref_: git::tag(payload.text("/tag")),
            after: git::commit(payload.text("/commit/id")),
            ..somewhere
        },
        _ => somewhere,
    };
    vec![change]
}

/// The request, and the ref that its merge moved.
fn merge_request(payload: &Selection) -> Vec<Change> {
    let repositories = git::repositories(payload, &REPOSITORY);
    if repositories.is_empty() {
        return Vec::new();
    }
    let state = payload.text("/object_attributes/state");
    let merged = state.map(|state| state == "merged");
    let draft = payload.boolean("/object_attributes/draft");
    let request = RequestChange {
        number: requests::number(payload, "/object_attributes/iid"),
        source: git::branch(payload.text("/object_attributes/source_branch")),
        target: git::branch(payload.text("/object_attributes/target_branch")),
        head: git::commit(payload.text("/object_attributes/last_commit/id")),
        action: payload.text("/object_attributes/action").map(String::from),
        merged,
        // The name of the member before GitLab 13.2.
        draft: draft.or(payload.boolean("/object_attributes/work_in_progress")),
        labels: requests::labels(payload, LABELS[0], LABELS[1]),
        ..RequestChange::in_repository(repositories)
    };
    let commit = payload.text("/object_attributes/merge_commit_sha");
    requests::changes(request, true, commit)
}

/// The full ref name of a pipeline or job. They state short names, but full ones for merge
/// requests.
fn full(name: Option<&str>, tag: bool) -> Option<String> {
    match tag {
        true => git::tag(name),
        false => git::branch(name),
    }
}

#[cfg(test)]
mod tests;
