//! Payloads of Bitbucket Data Center and Server.

use bellpull_sdk::{Change, GitChange, RequestChange, Selection, git, requests};

/// The URLs to clone, and the web page. Versions before 7 send none: then the repository is unknown,
/// since its key and slug do not say on which host it is.
pub(crate) const REPOSITORY: [&str; 2] = [
    "/repository/links/clone/*/href",
    "/repository/links/self/*/href",
];

/// Where `repo:modified` has the repository: as it is now, and the addresses that a repository which
/// was renamed or moved is still followed by.
pub(crate) const MODIFIED: [&str; 3] = [
    "/new/links/clone/*/href",
    "/new/links/self/*/href",
    "/old/links/clone/*/href",
];

/// What a mirror's own address needs.
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

/// `mirror:repo_synchronized`. The links are those of the primary, and nothing says on which host
/// the mirror is: a host of one label, which is some host of one's own, stands for it, so that who
/// follows the mirror is told too.
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

/// `pr:…`: the request, and the ref that its merge has moved. Until then none of the destination has.
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
