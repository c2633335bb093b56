use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

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
    /// The least interval between its notifications that its annotation asks for, or what is wrong with
    /// that. A wrong one is passed over: an object cannot close a Receiver.
    pub(crate) min_interval: Result<Option<Duration>, String>,
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

impl ManifestObject {
    /// The object as a target, if it may be one.
    pub(super) fn target(&self) -> Option<&TargetManifest> {
        match self {
            Self::Receiver(_) | Self::Secret(_) => None,
            Self::Plugin(_, target) | Self::ConfigMap(_, target) | Self::Target(target) => {
                Some(target)
            }
        }
    }
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
