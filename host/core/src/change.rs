use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Change {
    /// A ref of a Git repository.
    Git(GitChange),
    /// An artifact of a registry.
    Artifact(ArtifactChange),
    /// A pull or merge request.
    Request(RequestChange),
    /// Anything else.
    Other(OtherChange),
}

impl Change {
    pub(crate) fn with_texts(&self, text: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Git(git) => Self::Git(GitChange {
                repositories: all(&git.repositories, text),
                reference: some(git.reference.as_ref(), text),
                before: some(git.before.as_ref(), text),
                after: some(git.after.as_ref(), text),
                deleted: git.deleted,
                paths: git.paths.with_texts(text),
            }),
            Self::Artifact(artifact) => Self::Artifact(ArtifactChange {
                repositories: all(&artifact.repositories, text),
                tag: some(artifact.tag.as_ref(), text),
                digest: some(artifact.digest.as_ref(), text),
                deleted: artifact.deleted,
            }),
            Self::Request(request) => Self::Request(RequestChange {
                repositories: all(&request.repositories, text),
                number: text(&request.number),
                source: some(request.source.as_ref(), text),
                target: some(request.target.as_ref(), text),
                head: some(request.head.as_ref(), text),
                action: some(request.action.as_ref(), text),
                merged: request.merged,
                draft: request.draft,
                labels: request.labels.as_ref().map(|labels| all(labels, text)),
            }),
            Self::Other(other) => Self::Other(OtherChange {
                kind: text(&other.kind),
                locations: all(&other.locations, text),
                name: some(other.name.as_ref(), text),
                revision: some(other.revision.as_ref(), text),
                attributes: other
                    .attributes
                    .iter()
                    .map(|(name, value)| (text(name), text(value)))
                    .collect(),
            }),
        }
    }
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
    /// The commit before the change. Absent when the ref is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The commit after the change. Absent when the ref was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether the ref was deleted.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Digest with its algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Whether the tag or digest was deleted.
    #[serde(default)]
    pub deleted: bool,
}

/// A pull or merge request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestChange {
    /// Every URL that the sender gives for the target repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// The number that people call it by, such as `17`. Empty: unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Full name of the ref that would be merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Full name of the ref that it would be merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The last commit of the source ref.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The sender's own word for what happened to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Whether it has been merged. Absent when the sender does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<bool>,
    /// Whether it is a draft. Absent when the sender does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<bool>,
    /// All its labels. Absent when the sender does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
}

/// A change of something else: a bucket, an index of charts, a build, an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherChange {
    /// What changed, in one word.
    pub kind: String,
    /// Every location that the sender gives for it, as an object's spec would name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The state that it is in now, such as a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Further facts for filters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
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

impl Paths {
    fn with_texts(&self, text: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Complete(list) => Self::Complete(all(list, text)),
            Self::Truncated(list) => Self::Truncated(all(list, text)),
        }
    }
}

pub(crate) fn some(value: Option<&String>, text: &impl Fn(&str) -> String) -> Option<String> {
    value.map(|value| text(value))
}

pub(crate) fn all(values: &[String], text: &impl Fn(&str) -> String) -> Vec<String> {
    values.iter().map(|value| text(value)).collect()
}
