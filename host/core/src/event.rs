use serde::{Deserialize, Serialize};

/// The normalised facts of one thing that a delivery tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The sender's own name for it.
    pub kind: String,
    /// What happened to the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// JSON that stands in for the body in filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

impl Event {
    /// A copy with what `text` makes of each of its texts.
    pub(crate) fn with_texts(&self, text: &impl Fn(&str) -> String) -> Self {
        Self {
            kind: text(&self.kind),
            action: some(self.action.as_ref(), text),
            changes: self
                .changes
                .iter()
                .map(|change| change.with_texts(text))
                .collect(),
            payload: some(self.payload.as_ref(), text),
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

impl Change {
    fn with_texts(&self, text: &impl Fn(&str) -> String) -> Self {
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

impl Paths {
    fn with_texts(&self, text: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Complete(list) => Self::Complete(all(list, text)),
            Self::Truncated(list) => Self::Truncated(all(list, text)),
        }
    }
}

fn some(value: Option<&String>, text: &impl Fn(&str) -> String) -> Option<String> {
    value.map(|value| text(value))
}

fn all(values: &[String], text: &impl Fn(&str) -> String) -> Vec<String> {
    values.iter().map(|value| text(value)).collect()
}
