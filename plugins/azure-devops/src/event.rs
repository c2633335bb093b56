use bellpull_sdk::host::document::Value;
use bellpull_sdk::{Change, Event, GitChange, Refusal, Selection};

const KIND: &str = "/eventType";
const ID: &str = "/id";
const STATUS: &str = "/resource/status";
const RESULT: &str = "/resource/result";
const RUN_STATE: &str = "/resource/run/state";
const RUN_RESULT: &str = "/resource/run/result";
const CLONE_URLS: [&str; 3] = [
    "/resource/repository/remoteUrl",
    "/resource/repository/sshUrl",
    "/resource/repository/webUrl",
];
/// Of a build; in other events it is an address of the API.
const BUILD_URL: &str = "/resource/repository/url";
const PIPELINE_URLS: &str = "/resource/repositories/*/url";
const REFS: &str = "/resource/refUpdates/*/name";
const BEFORE: &str = "/resource/refUpdates/*/oldObjectId";
const AFTER: &str = "/resource/refUpdates/*/newObjectId";
const TARGET: &str = "/resource/targetRefName";
const MERGE: &str = "/resource/lastMergeCommit/commitId";
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
    BUILD_URL,
    PIPELINE_URLS,
    TARGET,
    MERGE,
    SOURCE_BRANCH,
    SOURCE_VERSION,
    SOURCE,
    RUN_REF,
    RUN_COMMIT,
];
/// There may be more refs than the host answers.
pub(crate) const BULKY: &[&str] = &[REFS, BEFORE, AFTER];

/// More refs than these of one push are not compared one by one.
const MOST_REFS: usize = 128;

/// What the sender calls the event.
pub(crate) fn kind(payload: &Selection) -> Result<&str, Refusal> {
    payload
        .text(KIND)
        .ok_or_else(|| Refusal::Malformed("the body has no eventType".into()))
}

/// The facts of an event. A subscription may send less of the resource, or nothing.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let action = [RESULT, STATUS, RUN_RESULT, RUN_STATE]
        .iter()
        .find_map(|pointer| payload.text(pointer));
    Event {
        action: action.map(String::from),
        delivery_id: payload.text(ID).map(String::from),
        changes: changes(kind, payload)
            .into_iter()
            .map(Change::Git)
            .collect(),
        ..Event::new(kind)
    }
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
        // Until it is completed, no ref has moved by a pull request. That a merge commit was created
        // says no more than that it could be merged.
        kind if kind.starts_with("git.pullrequest.")
            && payload.text(STATUS) == Some("completed") =>
        {
            at(somewhere, payload.text(TARGET), payload.text(MERGE))
        }
        _ => somewhere,
    };
    told(change).into_iter().collect()
}

/// A change that names neither a repository nor a ref tells nothing.
fn told(change: GitChange) -> Option<GitChange> {
    (!change.repositories.is_empty() || change.ref_.is_some()).then_some(change)
}

fn urls(kind: &str, payload: &Selection) -> Vec<String> {
    let named: Vec<&str> = match kind {
        "build.complete" => payload.text(BUILD_URL).into_iter().collect(),
        _ => CLONE_URLS
            .iter()
            .filter_map(|pointer| payload.text(pointer))
            .chain(payload.texts(PIPELINE_URLS))
            .collect(),
    };
    named.into_iter().map(String::from).collect()
}

fn pushed(payload: &Selection, somewhere: GitChange) -> Vec<GitChange> {
    let refs = payload.all(REFS);
    if refs.is_empty() || refs.len() > MOST_REFS {
        return told(somewhere).into_iter().collect();
    }
    let moves = payload.all(BEFORE).iter().zip(payload.all(AFTER));
    refs.iter()
        .zip(moves)
        .map(|(name, (before, after))| GitChange {
            ref_: text(name).map(String::from),
            before: text(before).and_then(commit),
            after: text(after).and_then(commit),
            deleted: text(after).is_some_and(|after| commit(after).is_none()),
            ..somewhere.clone()
        })
        .collect()
}

/// Branch and commit of a build. Version 1.0 of the resource has them in one, as `LG:<ref>:<commit>`.
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

/// Full ref names alone: what a build of another kind of repository calls its branch is none of Git.
fn at(somewhere: GitChange, name: Option<&str>, after: Option<&str>) -> GitChange {
    GitChange {
        ref_: name
            .filter(|name| name.starts_with("refs/"))
            .map(String::from),
        after: after.and_then(commit),
        ..somewhere
    }
}

/// Zeros stand where there is no commit.
fn commit(id: &str) -> Option<String> {
    id.bytes().any(|byte| byte != b'0').then(|| id.into())
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
