//! An event of a delivery, as expressions see it in `event`.

use bellpull_core::{
    Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange, Paths, RequestChange,
};
use cel::common::types::{CelBool, CelTimestamp};

use crate::declared::{ARTIFACT_CHANGE, EVENT, GIT_CHANGE, OTHER_CHANGE, REQUEST_CHANGE};
use crate::value::{DeclaredObject, List, SharedValue};

/// Stands in for an index past the last event.
static NO_EVENT: Event = Event {
    kind: String::new(),
    action: None,
    changes: Vec::new(),
    payload: None,
    dropped: Vec::new(),
};

pub(super) fn object(acceptance: &Acceptance, index: usize) -> DeclaredObject {
    let event = acceptance.events.get(index).unwrap_or(&NO_EVENT);
    DeclaredObject::new(&EVENT, |field| match field {
        "kind" => Some(SharedValue::text(event.kind.as_str())),
        "action" => event.action.as_deref().map(SharedValue::text),
        "deliveryId" => acceptance.delivery_id.as_deref().map(SharedValue::text),
        "signedAt" => acceptance.signed_at.as_deref().and_then(time),
        "changes" => list(&event.changes, |change| match change {
            Change::Git(change) => Some(git_change(change)),
            _ => None,
        }),
        "artifacts" => list(&event.changes, |change| match change {
            Change::Artifact(change) => Some(artifact_change(change)),
            _ => None,
        }),
        "requests" => list(&event.changes, |change| match change {
            Change::Request(change) => Some(request_change(change)),
            _ => None,
        }),
        "others" => list(&event.changes, |change| match change {
            Change::Other(change) => Some(other_change(change)),
            _ => None,
        }),
        _ => None,
    })
}

/// A list of objects. Absent when there are none.
fn list(
    changes: &[Change],
    convert: impl Fn(&Change) -> Option<DeclaredObject>,
) -> Option<SharedValue> {
    let objects: Vec<SharedValue> = changes
        .iter()
        .filter_map(convert)
        .map(SharedValue::other)
        .collect();
    (!objects.is_empty()).then(|| SharedValue::List(List::new(objects)))
}

fn time(text: &str) -> Option<SharedValue> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(SharedValue::other(CelTimestamp::from(
        time.to_utc().fixed_offset(),
    )))
}

fn git_change(change: &GitChange) -> DeclaredObject {
    let (paths, complete) = match &change.paths {
        Paths::Unknown => (None, false),
        Paths::Truncated(paths) => (Some(paths), false),
        Paths::Complete(paths) => (Some(paths), true),
    };
    DeclaredObject::new(&GIT_CHANGE, |field| match field {
        "repositories" => texts(Some(&change.repositories)),
        "ref" => change.reference.as_deref().map(SharedValue::text),
        "before" => change.before.as_deref().map(SharedValue::text),
        "after" => change.after.as_deref().map(SharedValue::text),
        "deleted" => flag(change.deleted),
        "paths" => texts(paths),
        "pathsComplete" => flag(complete),
        _ => None,
    })
}

fn artifact_change(change: &ArtifactChange) -> DeclaredObject {
    DeclaredObject::new(&ARTIFACT_CHANGE, |field| match field {
        "repositories" => texts(Some(&change.repositories)),
        "tag" => change.tag.as_deref().map(SharedValue::text),
        "digest" => change.digest.as_deref().map(SharedValue::text),
        "deleted" => flag(change.deleted),
        _ => None,
    })
}

/// Where a sender may not tell, only what it does not tell is absent: false and an empty list are
/// present.
fn request_change(change: &RequestChange) -> DeclaredObject {
    let truth = |truth: bool| SharedValue::Bool(CelBool::from(truth));
    DeclaredObject::new(&REQUEST_CHANGE, |field| match field {
        "repositories" => texts(Some(&change.repositories)),
        "number" => Some(change.number.as_str())
            .filter(|number| !number.is_empty())
            .map(SharedValue::text),
        "source" => change.source.as_deref().map(SharedValue::text),
        "target" => change.target.as_deref().map(SharedValue::text),
        "head" => change.head.as_deref().map(SharedValue::text),
        "action" => change.action.as_deref().map(SharedValue::text),
        "merged" => change.merged.map(truth),
        "draft" => change.draft.map(truth),
        "labels" => change
            .labels
            .as_ref()
            .map(|labels| SharedValue::texts(labels)),
        _ => None,
    })
}

fn other_change(change: &OtherChange) -> DeclaredObject {
    DeclaredObject::new(&OTHER_CHANGE, |field| match field {
        "kind" => Some(SharedValue::text(change.kind.as_str())),
        "locations" => texts(Some(&change.locations)),
        "name" => change.name.as_deref().map(SharedValue::text),
        "revision" => change.revision.as_deref().map(SharedValue::text),
        "attributes" => SharedValue::text_map(change.attributes.iter()),
        _ => None,
    })
}

/// As in protocol buffers, false counts as absent.
fn flag(truth: bool) -> Option<SharedValue> {
    truth.then(|| SharedValue::Bool(CelBool::from(true)))
}

fn texts(texts: Option<&Vec<String>>) -> Option<SharedValue> {
    texts
        .filter(|texts| !texts.is_empty())
        .map(|texts| SharedValue::texts(texts))
}
