//! Payloads of Bitbucket Data Center and Server.

use bellpull_sdk::{GitChange, Selection, git};

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

pub(crate) const PULL_REQUEST: [&str; 4] = [
    "/pullRequest/toRef/id",
    "/pullRequest/properties/mergeCommit/id",
    DESTINATION[0],
    DESTINATION[1],
];

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
    git::moved(
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

/// `pr:…`. Until it is merged, no ref of the destination has moved by it.
pub(crate) fn pull_request(kind: &str, payload: &Selection) -> GitChange {
    let somewhere = GitChange::in_repository(git::repositories(payload, &DESTINATION));
    if kind != "pr:merged" {
        return somewhere;
    }
    GitChange {
        ref_: payload.text(PULL_REQUEST[0]).map(String::from),
        after: git::commit(payload.text(PULL_REQUEST[1])),
        ..somewhere
    }
}
