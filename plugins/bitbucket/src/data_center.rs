//! Payloads of Bitbucket Data Center and Server.

use bellpull_sdk::{Change, GitChange, RequestChange, Selection, git, requests};

/// The URLs to clone, and the web page. Versions before 7 send none. The repository is unknown
/// then, because its key and slug do not state the host.
pub(crate) const REPOSITORY: [&str; 2] = [
    "/repository/links/clone/*/href",
    "/repository/links/self/*/href",
];

/// The addresses in `repo:modified`: those of the repository now, and those before it was renamed
/// or moved. Objects may still follow it by the latter.
pub(crate) const MODIFIED: [&str; 3] = [
    "/new/links/clone/*/href",
    "/new/links/self/*/href",
    "/old/links/clone/*/href",
];

/// The members from which the address on a mirror is made.
pub(crate) const NAMES: [&str; 2] = ["/repository/project/key", "/repository/slug"];

pub(crate) const PULL_REQUEST: [&str; 9] = [
    "/pullRequest/toRef/id",
    "/pullRequest/properties/mergeCommit/id",
    DESTINATION[0],
    DESTINATION[1],
    "/pullRequest/id",
    "/pullRequest/state",
    "/pullRequest/fromRef/id",
    "/pullRequest/fromRef/latestCommit",
    "/pullRequest/draft",
];

const EVENT: &str = "pr:";

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

/// `repo:refs_changed`: one change for each ref.
pub(crate) fn push(payload: &Selection) -> Vec<GitChange> {
    moved(
        payload,
        GitChange::in_repository(git::repositories(payload, &REPOSITORY)),
    )
}

/// `mirror:repo_synchronized`. The links are those of the primary, and the host of the mirror is
/// not sent. The host `mirror` stands for it: a host of one label may be any host, so objects that
/// follow the mirror match too.
pub(crate) fn synchronized(payload: &Selection) -> Vec<GitChange> {
    let mut repositories = git::repositories(payload, &REPOSITORY);
    if let [Some(project), Some(slug)] = NAMES.map(|pointer| payload.text(pointer)) {
        repositories.push(["https://mirror/scm/", project, "/", slug, ".git"].concat());
    }
    moved(payload, GitChange::in_repository(repositories))
}

fn moved(payload: &Selection, somewhere: GitChange) -> Vec<GitChange> {
    if payload.boolean(REF_LIMIT_EXCEEDED) == Some(true) {
        return vec![somewhere];
    }
    git::ref_changes(
        payload.rows(CHANGES),
        somewhere,
        |[name, from, to, kind], somewhere| GitChange {
            ref_: name.map(String::from),
            before: git::commit(from),
            after: git::commit(to),
            deleted: kind == Some("DELETE"),
            ..somewhere.clone()
        },
    )
}

/// `pr:…`: the request, and the ref that its merge moved.
pub(crate) fn pull_request(kind: &str, payload: &Selection) -> Vec<Change> {
    let [target, commit, _, _, _, state, source, head, _] =
        PULL_REQUEST.map(|pointer| payload.text(pointer));
    let is_merge = kind == "pr:merged";
    let request = RequestChange {
        number: requests::number(payload, PULL_REQUEST[4]),
        source: source.map(String::from),
        target: target.map(String::from),
        head: git::commit(head),
        action: kind.strip_prefix(EVENT).map(String::from),
        merged: requests::merged(state, "MERGED", is_merge),
        draft: payload.boolean(PULL_REQUEST[8]),
        ..RequestChange::in_repository(git::repositories(payload, &DESTINATION))
    };
    requests::changes(request, is_merge, commit)
}
