use std::cell::Cell;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Claims;

/// The normalised facts of an accepted delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The sender's own name for it.
    pub kind: String,
    /// What happened to the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The sender's id of the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<String>,
    /// RFC 3339, when the proof covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// JSON that stands in for the body in filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// What the verified token says, for filters. The host knows it from its own verification, and
    /// tells it nobody else.
    #[serde(skip)]
    pub claims: Option<Arc<Claims>>,
}

/// What a text takes in memory beside its bytes, and what an event takes beside its texts.
const TEXT_OVERHEAD: usize = 48;
const EVENT_OVERHEAD: usize = 1 << 10;

impl Event {
    /// What it takes in memory, bytes: an estimate from above.
    #[must_use]
    pub fn weight(&self) -> usize {
        let weight = Cell::new(EVENT_OVERHEAD);
        drop(self.with_texts(|text| {
            weight.set(weight.get() + text.len() + TEXT_OVERHEAD);
            String::new()
        }));
        weight.get()
    }

    /// A copy with what `text` makes of each of its texts. What the token says is none of them.
    pub(crate) fn with_texts(&self, text: impl Fn(&str) -> String) -> Self {
        let some = |value: &Option<String>| value.as_deref().map(&text);
        let all = |values: &[String]| values.iter().map(|value| text(value)).collect();
        let paths = |paths: &Paths| match paths {
            Paths::Unknown => Paths::Unknown,
            Paths::Complete(list) => Paths::Complete(all(list)),
            Paths::Truncated(list) => Paths::Truncated(all(list)),
        };
        let change = |change: &Change| match change {
            Change::Git(git) => Change::Git(GitChange {
                repositories: all(&git.repositories),
                reference: some(&git.reference),
                before: some(&git.before),
                after: some(&git.after),
                deleted: git.deleted,
                paths: paths(&git.paths),
            }),
            Change::Artifact(artifact) => Change::Artifact(ArtifactChange {
                repositories: all(&artifact.repositories),
                tag: some(&artifact.tag),
                digest: some(&artifact.digest),
                deleted: artifact.deleted,
            }),
        };
        Self {
            kind: text(&self.kind),
            action: some(&self.action),
            delivery_id: some(&self.delivery_id),
            signed_at: some(&self.signed_at),
            changes: self.changes.iter().map(change).collect(),
            payload: some(&self.payload),
            claims: self.claims.clone(),
        }
    }
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Change {
    /// A ref of a Git repository.
    Git(GitChange),
    /// An artifact of a registry.
    Artifact(ArtifactChange),
}

/// A ref that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitChange {
    /// Every URL that the sender gives for the repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Full ref name.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Commit before; absent when the ref is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Commit after; absent when the ref is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether the ref is gone.
    #[serde(default)]
    pub deleted: bool,
    /// Files that were touched.
    #[serde(default)]
    pub paths: Paths,
}

/// A tag or digest that a registry gained or lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactChange {
    /// `registry/repository`, without scheme.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Digest with its algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Whether it is gone.
    #[serde(default)]
    pub deleted: bool,
}

/// Files that a push touched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "known", content = "list", rename_all = "camelCase")]
pub enum Paths {
    /// The sender does not say.
    #[default]
    Unknown,
    /// All of them.
    Complete(Vec<String>),
    /// Some of them.
    Truncated(Vec<String>),
}
