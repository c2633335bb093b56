//! Events of Amazon Web Services in the format of EventBridge
//! (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html>). An API destination or a
//! message of Amazon SNS carries them.

use crate::host::document::Json;
use crate::{ArtifactChange, Change, Event, GitChange, Refusal, Selection};

/// The values of `detail-type` of the services that Flux reads from: Amazon ECR
/// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html>,
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html>, and
/// its page of the EventBridge Events Reference), AWS CodeCommit
/// (<https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html>) and Amazon S3
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>).
pub const EVENTS: &[&str] = &[
    "CodeCommit Comment on Commit",
    "CodeCommit Comment on Pull Request",
    "CodeCommit Pull Request State Change",
    REPOSITORY,
    "ECR Artifact Action",
    "ECR Image Action",
    "ECR Image Scan",
    "ECR Pull Through Cache Action",
    "ECR Referrer Action",
    "ECR Replication Action",
    "ECR Scan Resource Change",
    "Object Created",
    "Object Deleted",
];

/// A ref was created, updated or deleted.
const REPOSITORY: &str = "CodeCommit Repository State Change";

const KIND: &str = "/detail-type";
const SOURCE: &str = "/source";
const ID: &str = "/id";
const ACCOUNT: &str = "/account";
const REGION: &str = "/region";
const ACTION: &str = "/detail/action-type";
const EVENT: &str = "/detail/event";
const RESULTS: [&str; 2] = ["/detail/result", "/detail/sync-status"];
const IMAGE: &str = "/detail/repository-name";
const TAG: &str = "/detail/image-tag";
const SCANNED_TAGS: &str = "/detail/image-tags/*";
const DIGEST: &str = "/detail/image-digest";
const GIT_NAME: &str = "/detail/repositoryName";
const GIT_NAMES: &str = "/detail/repositoryNames/*";
const REF: &str = "/detail/referenceFullName";
const REF_TYPE: &str = "/detail/referenceType";
const REF_NAME: &str = "/detail/referenceName";
const AFTER: &str = "/detail/commitId";
const BEFORE: &str = "/detail/oldCommitId";

const POINTERS: &[&str] = &[
    KIND, SOURCE, ID, ACCOUNT, REGION, ACTION, EVENT, RESULTS[0], RESULTS[1], IMAGE, TAG, DIGEST,
    GIT_NAME, REF, REF_TYPE, REF_NAME, AFTER, BEFORE,
];
/// Their answers may pass the bounds of the host.
const BULKY: &[&str] = &[SCANNED_TAGS, GIT_NAMES];

/// Reads an event for the other functions of this module. Asks the host.
///
/// # Errors
/// As [`Selection::of`].
pub fn read(document: &Json) -> Result<Selection, Refusal> {
    Selection::of_bulky(document, POINTERS, BULKY)
}

/// The service's name for the event. `None` if this is not an event of EventBridge.
pub fn kind(payload: &Selection) -> Option<&str> {
    payload.text(KIND)
}

/// The result of an action of the registry that did not succeed, and so changed nothing.
pub fn failure(payload: &Selection) -> Option<&str> {
    if payload.text(SOURCE) != Some("aws.ecr") {
        return None;
    }
    let mut results = RESULTS.iter().filter_map(|pointer| payload.text(pointer));
    results.find(|result| *result != "SUCCESS")
}

/// The facts of an event.
pub fn event(kind: &str, payload: &Selection) -> Event {
    let changes = match payload.text(SOURCE) {
        Some("aws.ecr") => images(payload),
        Some("aws.codecommit") => repositories(kind, payload),
        _ => Vec::new(),
    };
    let action = payload.text(ACTION).or(payload.text(EVENT));
    Event {
        action: action.map(String::from),
        changes,
        ..Event::new(kind)
    }
}

/// The service's id of the event.
pub fn id(payload: &Selection) -> Option<String> {
    payload.text(ID).map(String::from)
}

fn images(payload: &Selection) -> Vec<Change> {
    let place = payload.text(ACCOUNT).zip(payload.text(REGION));
    let (Some((account, region)), Some(name)) = (place, payload.text(IMAGE)) else {
        return Vec::new();
    };
    let registries = registries(account, region);
    let change = ArtifactChange {
        tag: payload.text(TAG).map(String::from),
        digest: payload.text(DIGEST).map(String::from),
        deleted: payload.text(ACTION) == Some("DELETE"),
        ..ArtifactChange::in_repository(below(&registries, name))
    };
    // A scan lists all tags of the image.
    let mut tags = payload.texts(SCANNED_TAGS);
    let alone = tags.next().filter(|_| tags.next().is_none());
    vec![Change::Artifact(ArtifactChange {
        tag: alone.map(String::from).or(change.tag),
        ..change
    })]
}

/// The host names of one registry. <https://docs.aws.amazon.com/general/latest/gr/ecr.html> lists those
/// of FIPS, <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html> the one of IPv6.
fn registries(account: &str, region: &str) -> Vec<String> {
    let suffix = suffix(region);
    let mut names = vec![[account, ".dkr.ecr.", region, suffix].concat()];
    if suffix == ".amazonaws.com" {
        names.push([account, ".dkr.ecr-fips.", region, suffix].concat());
        names.push([account, ".dkr-ecr.", region, ".on.aws"].concat());
    }
    names
}

fn repositories(kind: &str, payload: &Selection) -> Vec<Change> {
    let Some(region) = payload.text(REGION) else {
        return Vec::new();
    };
    let host = ["git-codecommit.", region, suffix(region), "/v1/repos"].concat();
    let bases = [["https://", &host].concat(), ["ssh://", &host].concat()];
    let named = payload.text(GIT_NAME).into_iter();
    named
        .chain(payload.texts(GIT_NAMES))
        .map(|name| GitChange::in_repository(below(&bases, name)))
        .map(|somewhere| match kind {
            REPOSITORY => moved(payload, somewhere),
            // After the merge of a pull request the change of the branch is an event of its own.
            _ => somewhere,
        })
        .map(Change::Git)
        .collect()
}

fn moved(payload: &Selection, somewhere: GitChange) -> GitChange {
    let deleted = payload.text(EVENT) == Some("referenceDeleted");
    let (before, after) = (payload.text(BEFORE), payload.text(AFTER));
    GitChange {
        ref_: reference(payload),
        before: before.or(after.filter(|_| deleted)).map(String::from),
        after: after.filter(|_| !deleted).map(String::from),
        deleted,
        ..somewhere
    }
}

fn reference(payload: &Selection) -> Option<String> {
    let short = || {
        let prefix = match payload.text(REF_TYPE)? {
            "branch" => "refs/heads/",
            "tag" => "refs/tags/",
            _ => return None,
        };
        Some([prefix, payload.text(REF_NAME)?].concat())
    };
    payload.text(REF).map(String::from).or_else(short)
}

fn below(bases: &[String], name: &str) -> Vec<String> {
    let join = |base: &String| [base, "/", name].concat();
    bases.iter().map(join).collect()
}

/// The domain of a partition's services.
fn suffix(region: &str) -> &'static str {
    match region {
        region if is_china(region) => ".amazonaws.com.cn",
        region if region.starts_with("eusc-") => ".amazonaws.eu",
        _ => ".amazonaws.com",
    }
}

fn is_china(region: &str) -> bool {
    region.starts_with("cn-")
}

#[cfg(test)]
mod tests;
