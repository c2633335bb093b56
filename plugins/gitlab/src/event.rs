use bellpull_sdk::{Change, Event, GitChange, Selection, git};

use crate::push;

/// Where repositories are named: `project` everywhere, `repository` alone in older job hooks.
const REPOSITORY: [&str; 6] = [
    "/project/git_http_url",
    "/project/git_ssh_url",
    "/project/web_url",
    "/repository/git_http_url",
    "/repository/git_ssh_url",
    "/repository/homepage",
];

/// What to ask of every payload. The kinds are few and their members do not clash.
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
    REPOSITORY[0],
    REPOSITORY[1],
    REPOSITORY[2],
    REPOSITORY[3],
    REPOSITORY[4],
    REPOSITORY[5],
];

/// The facts of an event. What happened is told by the payload's own `object_kind` or `event_name`,
/// so that a `System Hook` says as much as the hook of a project.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let object = payload
        .text("/object_kind")
        .or(payload.text("/event_name"))
        .unwrap_or_default();
    let changes = changes(object, payload);
    Event {
        action: action(kind, object, payload).map(String::from),
        changes: changes.into_iter().map(Change::Git).collect(),
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
        // Until it is merged, no ref of the target project has moved by a merge request.
        "merge_request" if payload.text("/object_attributes/state") == Some("merged") => {
            GitChange {
                ref_: git::branch(payload.text("/object_attributes/target_branch")),
                after: git::commit(payload.text("/object_attributes/merge_commit_sha")),
                ..somewhere
            }
        }
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

/// Pipelines and jobs give short names, and full ones where they run for a merge request.
fn full(name: Option<&str>, tag: bool) -> Option<String> {
    match tag {
        true => git::tag(name),
        false => git::branch(name),
    }
}

#[cfg(test)]
mod tests;
