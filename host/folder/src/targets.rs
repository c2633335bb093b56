use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_api::ResourceReference;
use bellpull_core::{
    Detail, ReceiverId, ResolvedReference, Target, TargetError, resolve_reference,
};
use bellpull_matching::{Doubt, TargetSpec};
use bellpull_ports::{FoundTarget, TargetObject, Targets};

use serde_json::json;

use crate::TargetIndex;

/// Resolves references against the manifests of a folder. Clones share the manifests.
#[derive(Clone, Debug)]
pub struct FolderTargets {
    index: Arc<ArcSwap<TargetIndex>>,
    cross_namespace: bool,
}

impl FolderTargets {
    /// Resolves against `index`. `cross_namespace` allows a Receiver to refer to objects of other
    /// namespaces.
    #[must_use]
    pub fn new(index: Arc<TargetIndex>, cross_namespace: bool) -> Self {
        Self {
            index: Arc::new(ArcSwap::new(index)),
            cross_namespace,
        }
    }

    /// Resolves against `index` from now on.
    pub fn replace(&self, index: Arc<TargetIndex>) {
        self.index.store(index);
    }

    fn find(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
    ) -> Result<Vec<FoundTarget>, TargetError> {
        let index = self.index.load();
        let named;
        let namespace = reference.namespace.as_ref().unwrap_or(&receiver.namespace);
        let known = match reference.api_version.as_deref() {
            None | Some("") if index.is_of_manifests() => {
                index.api_version(&reference.kind, namespace, &reference.name)
            }
            _ => None,
        };
        let reference = match known {
            Some(version) => {
                named = ResourceReference {
                    api_version: Some(version.to_owned()),
                    ..reference.clone()
                };
                &named
            }
            None => reference,
        };
        match resolve_reference(receiver, reference, self.cross_namespace)? {
            ResolvedReference::Named(target) => match index.find(&target) {
                Some(found) => Ok(vec![found]),
                None => Ok(vec![absent(&index, target)?]),
            },
            ResolvedReference::Selected {
                api_version,
                kind,
                namespace,
                labels,
            } => match index.unlisted(&api_version, &kind, &namespace) {
                Some(why) => Err(TargetError::Invalid(why.to_owned())),
                None => Ok(index.select(&api_version, &kind, &namespace, &labels)),
            },
        }
    }
}

/// What becomes of a named object that is not known.
fn absent(index: &TargetIndex, target: Target) -> Result<FoundTarget, TargetError> {
    if index.is_of_manifests() {
        return Ok(without_manifest(target));
    }
    let why = index.unlisted(&target.api_version, &target.kind, &target.namespace);
    let why = why.map_or_else(|| format!("{target} does not exist"), str::to_owned);
    Err(TargetError::Invalid(why))
}

/// A target without a manifest. It is notified all the same, since the reader of the notifications may
/// know it from elsewhere. Filters see nothing of it but its name.
fn without_manifest(target: Target) -> FoundTarget {
    let resource = json!({
        "apiVersion": target.api_version,
        "kind": target.kind,
        "metadata": {"name": target.name, "namespace": target.namespace},
    });
    let spec = TargetSpec::Unknown(Doubt::Spec);
    FoundTarget {
        object: Some(Arc::new(TargetObject::new(resource, spec))),
        has_no_manifest: true,
        ..FoundTarget::from(target)
    }
}

impl Targets for FolderTargets {
    async fn resolve(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
        _detail: Detail,
    ) -> Result<Vec<FoundTarget>, TargetError> {
        self.find(receiver, reference)
    }

    /// Does nothing: the record of the delivery says so already, and a folder has no Events.
    fn unreachable(&self, _receiver: &ReceiverId, _target: &str, _why: &str) {}
}
