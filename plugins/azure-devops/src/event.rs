use bellpull_sdk::{Change, Event, GitChange, Refusal, RequestChange, Selection, git, requests};

const KIND: &str = "/eventType";
const ID: &str = "/id";
const STATUS: &str = "/resource/status";
const RESULT: &str = "/resource/result";
const RUN_STATE: &str = "/resource/run/state";
const RUN_RESULT: &str = "/resource/run/result";
/// In a comment on a pull request the repository is a member of the pull request.
const CLONE_URLS: [&str; 7] = [
    "/resource/repository/remoteUrl",
    "/resource/repository/sshUrl",
    "/resource/repository/webUrl",
    "/resource/pullRequest/repository/remoteUrl",
    "/resource/pullRequest/repository/sshUrl",
    "/resource/pullRequest/repository/webUrl",
    PIPELINE_URLS,
];
/// The URL of the repository in a build. In other events this is an address of the API.
const BUILD_URL: &str = "/resource/repository/url";
const PIPELINE_URLS: &str = "/resource/repositories/*/url";
const REFS: &str = "/resource/refUpdates/*/name";
const BEFORE: &str = "/resource/refUpdates/*/oldObjectId";
const AFTER: &str = "/resource/refUpdates/*/newObjectId";
const TARGET: &str = "/resource/targetRefName";
const MERGE: &str = "/resource/lastMergeCommit/commitId";
const NUMBER: &str = "/resource/pullRequestId";
const HEAD_REF: &str = "/resource/sourceRefName";
const HEAD: &str = "/resource/lastMergeSourceCommit/commitId";
const DRAFT: &str = "/resource/isDraft";
const LABELS: [&str; 2] = ["/resource/labels", "/resource/labels/*/name"];
const SOURCE_BRANCH: &str = "/resource/sourceBranch";
const SOURCE_VERSION: &str = "/resource/sourceVersion";
const SOURCE: &str = "/resource/sourceGetVersion";
const RUN_REF: &str = "/resource/run/resources/repositories/self/refName";
const RUN_COMMIT: &str = "/resource/run/resources/repositories/self/version";

pub(crate) const POINTERS: &[&str] = &[
    KIND,
    ID,
    STATUS,
    RESULT,
    RUN_STATE,
    RUN_RESULT,
    CLONE_URLS[0],
    CLONE_URLS[1],
    CLONE_URLS[2],
    CLONE_URLS[3],
    CLONE_URLS[4],
    CLONE_URLS[5],
    CLONE_URLS[6],
    BUILD_URL,
    TARGET,
    MERGE,
    NUMBER,
    HEAD_REF,
    HEAD,
    DRAFT,
    SOURCE_BRANCH,
    SOURCE_VERSION,
    SOURCE,
    RUN_REF,
    RUN_COMMIT,
];
/// Their answers may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[REFS, BEFORE, AFTER, LABELS[0], LABELS[1]];
/// The prefix of the events of pull requests.
const PULL_REQUEST: &str = "git.pullrequest.";

/// The event's name in the payload.
pub(crate) fn kind(payload: &Selection) -> Result<&str, Refusal> {
    payload
        .text(KIND)
        .ok_or_else(|| Refusal::Malformed("the body has no eventType".into()))
}

pub(crate) fn id(payload: &Selection) -> Option<String> {
    payload.text(ID).map(String::from)
}

/// The facts of an event. A subscription may be set to send less of the resource, or nothing.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let action = [RESULT, STATUS, RUN_RESULT, RUN_STATE]
        .iter()
        .find_map(|pointer| payload.text(pointer));
    let changes = match kind.strip_prefix(PULL_REQUEST) {
        Some(what) => pull_request(what, payload),
        None => changes(kind, payload)
            .into_iter()
            .filter(git::has_facts)
            .map(Change::Git)
            .collect(),
    };
    Event {
        action: action.map(String::from),
        changes,
        ..Event::new(kind)
    }
}

/// A pull request, and the ref that its completion moved. A merge commit alone only means that the
/// request could be merged.
fn pull_request(what: &str, payload: &Selection) -> Vec<Change> {
    let full = |pointer| git::branch(payload.text(pointer));
    let request = RequestChange {
        number: requests::number(payload, NUMBER),
        source: full(HEAD_REF),
        target: full(TARGET),
        head: git::commit(payload.text(HEAD)),
        merged: payload.text(STATUS).map(|status| status == "completed"),
        draft: payload.boolean(DRAFT),
        labels: requests::labels(payload, LABELS[0], LABELS[1]),
        ..RequestChange::in_repository(git::repositories(payload, &CLONE_URLS))
    };
    if !requests::has_facts(&request) {
        return Vec::new();
    }
    let request = RequestChange {
        action: Some(what.into()),
        ..request
    };
    requests::changes(request, true, payload.text(MERGE))
}

fn changes(kind: &str, payload: &Selection) -> Vec<GitChange> {
    let somewhere = GitChange::in_repository(urls(kind, payload));
    let change = match kind {
        "git.push" => return pushed(payload, somewhere),
        "build.complete" => {
            let (branch, commit) = built(payload);
            at(somewhere, branch, commit)
        }
        "ms.vss-pipelines.run-state-changed-event" => {
            at(somewhere, payload.text(RUN_REF), payload.text(RUN_COMMIT))
        }
        _ => somewhere,
    };
    vec![change]
}

fn urls(kind: &str, payload: &Selection) -> Vec<String> {
    match kind {
        "build.complete" => git::repositories(payload, &[BUILD_URL]),
        _ => git::repositories(payload, &CLONE_URLS),
    }
}

fn pushed(payload: &Selection, somewhere: GitChange) -> Vec<GitChange> {
    let moves = payload.rows([REFS, BEFORE, AFTER]);
    git::ref_changes(moves, somewhere, git::ref_change)
}

/// Branch and commit of a build. Version 1.0 of the resource has both in one text,
/// `LG:<ref>:<commit>`.
fn built(payload: &Selection) -> (Option<&str>, Option<&str>) {
    let joined = payload
        .text(SOURCE)
        .and_then(|source| source.split_once(':'))
        .and_then(|(_, rest)| rest.rsplit_once(':'));
    let branch = payload.text(SOURCE_BRANCH);
    let version = payload.text(SOURCE_VERSION);
    (
        branch.or(joined.map(|(branch, _)| branch)),
        version.or(joined.map(|(_, commit)| commit)),
    )
}

/// Only full ref names are used: a build of another kind of repository has branches that are not of
/// Git.
fn at(somewhere: GitChange, name: Option<&str>, after: Option<&str>) -> GitChange {
    let name = name.filter(|name| name.starts_with("refs/"));
    GitChange {
        ref_: name.map(String::from),
        after: git::commit(name.and(after)),
        ..somewhere
    }
}

#[cfg(test)]
mod tests;
