//! From Bellpull's types to those that expressions see.

use std::collections::BTreeMap;

use bellpull_core::{
    Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange, Paths, RequestChange,
};
use cel::common::types::{CelBool, CelTimestamp};

use crate::facts::{DeliveryFacts, ReceiverFacts};
use crate::scope::{
    ARTIFACT_CHANGE, DELIVERY_TYPE, EVENT, GIT_CHANGE, OTHER_CHANGE, RECEIVER_TYPE, REQUEST_CHANGE,
};
use crate::value::{List, Map, Node, Object};

/// Of a place that no list has.
static NOTHING: Event = Event {
    kind: String::new(),
    action: None,
    changes: Vec::new(),
    payload: None,
    dropped: Vec::new(),
};

/// An event of a delivery, by its place.
pub(crate) fn event(acceptance: &Acceptance, index: usize) -> Object {
    let event = acceptance.events.get(index).unwrap_or(&NOTHING);
    Object::new(&EVENT, |field| match field {
        "kind" => Some(Node::text(event.kind.as_str())),
        "action" => event.action.as_deref().map(Node::text),
        "deliveryId" => acceptance.delivery_id.as_deref().map(Node::text),
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

/// A list of objects; absent when there are none.
fn list(changes: &[Change], convert: impl Fn(&Change) -> Option<Object>) -> Option<Node> {
    let objects: Vec<Node> = changes
        .iter()
        .filter_map(convert)
        .map(Node::other)
        .collect();
    (!objects.is_empty()).then(|| Node::List(List::new(objects)))
}

fn time(text: &str) -> Option<Node> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(Node::other(CelTimestamp::from(
        time.to_utc().fixed_offset(),
    )))
}

fn git_change(change: &GitChange) -> Object {
    let (paths, complete) = match &change.paths {
        Paths::Unknown => (None, false),
        Paths::Truncated(paths) => (Some(paths), false),
        Paths::Complete(paths) => (Some(paths), true),
    };
    Object::new(&GIT_CHANGE, |field| match field {
        "repositories" => texts(Some(&change.repositories)),
        "ref" => change.reference.as_deref().map(Node::text),
        "before" => change.before.as_deref().map(Node::text),
        "after" => change.after.as_deref().map(Node::text),
        "deleted" => flag(change.deleted),
        "paths" => texts(paths),
        "pathsComplete" => flag(complete),
        _ => None,
    })
}

fn artifact_change(change: &ArtifactChange) -> Object {
    Object::new(&ARTIFACT_CHANGE, |field| match field {
        "repositories" => texts(Some(&change.repositories)),
        "tag" => change.tag.as_deref().map(Node::text),
        "digest" => change.digest.as_deref().map(Node::text),
        "deleted" => flag(change.deleted),
        _ => None,
    })
}

/// What a sender may leave unsaid is absent only where it does.
fn request_change(change: &RequestChange) -> Object {
    let truth = |truth: bool| Node::Bool(CelBool::from(truth));
    Object::new(&REQUEST_CHANGE, |field| match field {
        "repositories" => texts(Some(&change.repositories)),
        "number" => Some(change.number.as_str())
            .filter(|number| !number.is_empty())
            .map(Node::text),
        "source" => change.source.as_deref().map(Node::text),
        "target" => change.target.as_deref().map(Node::text),
        "head" => change.head.as_deref().map(Node::text),
        "action" => change.action.as_deref().map(Node::text),
        "merged" => change.merged.map(truth),
        "draft" => change.draft.map(truth),
        "labels" => change.labels.as_ref().map(|labels| Node::texts(labels)),
        _ => None,
    })
}

fn other_change(change: &OtherChange) -> Object {
    Object::new(&OTHER_CHANGE, |field| match field {
        "kind" => Some(Node::text(change.kind.as_str())),
        "locations" => texts(Some(&change.locations)),
        "name" => change.name.as_deref().map(Node::text),
        "revision" => change.revision.as_deref().map(Node::text),
        "attributes" => text_map(change.attributes.iter()),
        _ => None,
    })
}

/// As in protocol buffers, what is empty or false counts as absent.
fn flag(truth: bool) -> Option<Node> {
    truth.then(|| Node::Bool(CelBool::from(true)))
}

fn texts(texts: Option<&Vec<String>>) -> Option<Node> {
    texts
        .filter(|texts| !texts.is_empty())
        .map(|texts| Node::texts(texts))
}

fn text_map<'a>(entries: impl Iterator<Item = (&'a String, &'a String)>) -> Option<Node> {
    let entries: Vec<(String, Node)> = entries
        .map(|(key, value)| (key.clone(), Node::text(value.as_str())))
        .collect();
    (!entries.is_empty()).then(|| Node::Map(Map::new(entries)))
}

pub(crate) fn delivery(delivery: &DeliveryFacts) -> Object {
    Object::new(&DELIVERY_TYPE, |field| match field {
        "method" => Some(Node::text(delivery.method.as_str())),
        "query" => {
            let mut first = BTreeMap::new();
            for (name, value) in &delivery.query {
                first.entry(name).or_insert(value);
            }
            text_map(first.into_iter())
        }
        "headers" => {
            let mut joined: BTreeMap<String, String> = BTreeMap::new();
            for (name, value) in &delivery.headers {
                let values = joined.entry(name.to_ascii_lowercase());
                values
                    .and_modify(|values| {
                        values.push_str(", ");
                        values.push_str(value);
                    })
                    .or_insert_with(|| value.clone());
            }
            text_map(joined.iter())
        }
        _ => None,
    })
}

pub(crate) fn receiver(receiver: &ReceiverFacts) -> Object {
    Object::new(&RECEIVER_TYPE, |field| match field {
        "name" => Some(Node::text(receiver.name.as_str())),
        "namespace" => Some(Node::text(receiver.namespace.as_str())),
        "labels" => text_map(receiver.labels.iter()),
        "annotations" => text_map(receiver.annotations.iter()),
        _ => None,
    })
}
