use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bellpull_core::{ReceiverId, ReceiverObject, SecretObject, Target};
use bellpull_ports::TargetObject;
use bellpull_trust::{ConfigMapContent, PluginObject};

use crate::{DocumentPlace, ManifestError};

/// An object that may be a target: any but a Receiver or a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TargetManifest {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    /// For filters and `matchEvent`.
    pub(crate) object: Arc<TargetObject>,
}

impl TargetManifest {
    pub(crate) fn target(&self) -> Target {
        Target {
            api_version: self.api_version.clone(),
            kind: self.kind.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum ManifestObject {
    Receiver(Arc<ReceiverObject>),
    Secret(SecretObject),
    /// A ReceiverPlugin, which may be a target too.
    Plugin(Arc<PluginObject>, TargetManifest),
    ConfigMap(Arc<ConfigMapContent>, TargetManifest),
    Target(TargetManifest),
}

/// What identifies an object, as in Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pub(super) group: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

#[derive(Clone, Debug)]
pub(crate) struct PlacedObject {
    pub(crate) identity: Identity,
    pub(crate) place: DocumentPlace,
    pub(crate) object: ManifestObject,
}

/// The contents of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    pub(crate) found: Vec<PlacedObject>,
    /// The ReceiverPlugins that the file names, invalid ones included.
    pub(crate) plugins: BTreeSet<String>,
    /// The Receivers that the file names, invalid ones included.
    pub(crate) receivers: BTreeSet<ReceiverId>,
    pub(crate) errors: Vec<ManifestError>,
}
