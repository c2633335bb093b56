use std::fmt;

use bellpull_api::{PLUGIN_API_VERSION, PLUGIN_GROUP, PLUGIN_KIND};
use serde::{Deserialize, Serialize};

/// An object to notify.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// `group/version`.
    pub api_version: String,
    pub kind: String,
    /// Empty for an object that has none.
    pub namespace: String,
    pub name: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => write!(f, "{}/{}", self.kind, self.name),
            namespace => write!(f, "{}/{namespace}/{}", self.kind, self.name),
        }
    }
}

/// Whether objects of a kind are in no namespace. Bellpull's own is the only such kind that it notifies.
#[must_use]
pub fn has_no_namespace(api_version: &str, kind: &str) -> bool {
    let group = api_version.split_once('/').map(|(group, _)| group);
    kind == PLUGIN_KIND && group == Some(PLUGIN_GROUP)
}

/// How much of an object must be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Detail {
    /// Its name and labels.
    #[default]
    Name,
    /// All its metadata, for filters.
    Metadata,
    /// Its metadata, and the fields of its spec that say where it is fetched from.
    Spec,
}

/// Why a reference cannot be resolved to targets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The reference is invalid until the Receiver changes.
    #[error("{0}")]
    Invalid(String),
    /// Not known yet. Asking again later may help.
    #[error("{0}")]
    NotYet(String),
}

/// The `apiVersion` of a kind if its reference names none. Flux defaults the kinds of source and
/// image automation (fluxcd/notification-controller v1.9.3, `internal/server/receiver_handlers.go`)
/// and refuses the others. Flux Operator lets Receivers name its own kinds
/// (controlplaneio-fluxcd/flux-operator, `api/v1`).
#[must_use]
pub fn default_api_version(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Bucket" | "HelmChart" | "HelmRepository" | "GitRepository" | "OCIRepository" => {
            "source.toolkit.fluxcd.io/v1"
        }
        "ImageRepository" => "image.toolkit.fluxcd.io/v1",
        "ArtifactGenerator" => "source.extensions.fluxcd.io/v1beta1",
        PLUGIN_KIND => PLUGIN_API_VERSION,
        "FluxInstance" | "ResourceSet" | "ResourceSetInputProvider" => "fluxcd.controlplane.io/v1",
        _ => return None,
    })
}
