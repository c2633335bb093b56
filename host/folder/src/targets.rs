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
            None | Some("") => index.api_version(&reference.kind, namespace, &reference.name),
            Some(_) => None,
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
        Ok(
            match resolve_reference(receiver, reference, self.cross_namespace)? {
                ResolvedReference::Named(target) => {
                    vec![
                        index
                            .find(&target)
                            .unwrap_or_else(|| without_manifest(target)),
                    ]
                }
                ResolvedReference::Selected {
                    api_version,
                    kind,
                    namespace,
                    labels,
                } => index.select(&api_version, &kind, &namespace, &labels),
            },
        )
    }
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
