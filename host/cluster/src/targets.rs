use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bellpull_api::ResourceReference;
use bellpull_core::{
    Detail, KindKey, ReceiverId, ResolvedReference, Target, TargetError, default_api_version,
    resolve_reference,
};
use bellpull_matching::TargetSpec;
use bellpull_ports::{FoundTarget, TargetObject, Targets};
use kube::api::{ApiResource, DynamicObject};
use kube::runtime::reflector::ObjectRef;
use kube::{Api, Client};
use tokio::sync::watch;

use crate::events::Announcer;
use crate::kinds::{KindStatus, KnownObject, TargetKinds};
use crate::{Scope, api_error};

/// Resolves references from the watched objects. The API server is asked only for a named object that
/// has not been listed and of which more than the name is needed.
#[derive(Clone)]
pub struct ClusterTargets {
    pub(crate) client: Client,
    pub(crate) kinds: Arc<TargetKinds>,
    pub(crate) scope: Scope,
    pub(crate) cross_namespace: bool,
    pub(crate) announcer: Announcer,
}

impl ClusterTargets {
    async fn named(&self, target: Target, detail: Detail) -> Result<FoundTarget, TargetError> {
        let status = self.status(&target.api_version, &target.kind, &target.namespace)?;
        let known = wait_for(status, &target.kind, |status| {
            !matches!(status, KindStatus::Asked)
        })
        .await?;
        if let KindStatus::Unusable(why) = known {
            return Err(TargetError::Invalid(why));
        }
        let resource = self.kinds.resource(&target.api_version, &target.kind);
        let listed = match (&known, &resource) {
            (KindStatus::Listed(objects), Some(resource)) => {
                let place = ObjectRef::new_with(&target.name, resource.clone());
                objects.get(&match in_one(&target.namespace) {
                    Some(namespace) => place.within(namespace),
                    None => place,
                })
            }
            _ => None,
        };
        // The patch will show whether the object exists.
        if detail == Detail::Name {
            let min_interval = listed.and_then(|known| known.min_interval());
            return Ok(by_name(target, min_interval));
        }
        let resource = resource.ok_or_else(|| not_followed(&target.kind))?;
        let object = match listed.filter(|known| known.object.is_some()) {
            Some(known) => Some(known),
            None => self.read(&target, &resource, detail).await?.map(Arc::new),
        };
        Ok(self.found(target, object.as_deref()))
    }

    /// Reads one object; `None` when it does not exist.
    async fn read(
        &self,
        target: &Target,
        resource: &ApiResource,
        detail: Detail,
    ) -> Result<Option<KnownObject>, TargetError> {
        let client = self.client.clone();
        let api: Api<DynamicObject> = match in_one(&target.namespace) {
            Some(namespace) => Api::namespaced_with(client, namespace, resource),
            None => Api::all_with(client, resource),
        };
        match api.get_opt(&target.name).await {
            Ok(found) => Ok(found.map(|object| KnownObject::read(resource, detail, object))),
            Err(error) => {
                let why = format!("it cannot be read: {}", api_error::describe(&error));
                Err(match api_error::status(&error) {
                    Some(401 | 403) => TargetError::Invalid(why),
                    _ => TargetError::NotYet(format!("{target}: {why}")),
                })
            }
        }
    }

    async fn selected(
        &self,
        key: &KindKey,
        labels: &BTreeMap<String, String>,
        detail: Detail,
    ) -> Result<Vec<FoundTarget>, TargetError> {
        let namespace = key.namespace.clone().unwrap_or_default();
        let status = self.status(&key.api_version, &key.kind, &namespace)?;
        let listed = |status: &KindStatus| !matches!(status, KindStatus::Asked | KindStatus::Found);
        let objects = match wait_for(status, &key.kind, listed).await? {
            KindStatus::Listed(objects) => objects,
            KindStatus::Unusable(why) | KindStatus::Forbidden(why) => {
                return Err(TargetError::Invalid(why));
            }
            KindStatus::Asked | KindStatus::Found => return Err(not_followed(&key.kind)),
        };
        let found = objects.state_filter(|object| is_selected(object, &namespace, labels));
        // The kind is being listed again in more detail.
        if detail != Detail::Name && found.iter().any(|known| known.object.is_none()) {
            return Err(TargetError::NotYet(format!("{} is being listed", key.kind)));
        }
        let found = found.into_iter().filter_map(|known| {
            let target = Target {
                api_version: key.api_version.clone(),
                kind: key.kind.clone(),
                namespace: namespace.clone(),
                name: known.name()?.to_owned(),
            };
            Some(match detail {
                Detail::Name => by_name(target, known.min_interval()),
                _ => self.found(target, Some(&known)),
            })
        });
        Ok(found.collect())
    }

    /// A target with its object, if it exists. A chart has its source as well, which `matchEvent`
    /// compares in its place.
    fn found(&self, target: Target, known: Option<&KnownObject>) -> FoundTarget {
        let object = known.and_then(|known| known.object.clone());
        let spec = object.as_deref().map(|object| &object.spec);
        let source = match spec {
            Some(TargetSpec::Chart { source, .. }) => {
                self.source(&source.kind, &target.namespace, &source.name)
            }
            _ => None,
        };
        FoundTarget {
            target,
            object,
            source,
            min_interval: known.and_then(KnownObject::min_interval),
            has_no_manifest: false,
        }
    }

    fn source(&self, kind: &str, namespace: &str, name: &str) -> Option<Arc<TargetObject>> {
        let version = default_api_version(kind)?;
        let resource = self.kinds.resource(version, kind)?;
        let status = self.status(version, kind, namespace).ok()?;
        let KindStatus::Listed(objects) = &*status.borrow() else {
            return None;
        };
        let place = ObjectRef::new_with(name, resource).within(namespace);
        objects.get(&place)?.object.clone()
    }

    fn status(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
    ) -> Result<watch::Receiver<KindStatus>, TargetError> {
        let key = self.scope.watched(KindKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: in_one(namespace).map(str::to_owned),
        });
        // The Receiver may have been deleted since the delivery arrived, and its kind with it.
        self.kinds.status(&key).ok_or_else(|| not_followed(kind))
    }
}

/// A target of which only the name is needed.
fn by_name(target: Target, min_interval: Option<Duration>) -> FoundTarget {
    FoundTarget {
        min_interval,
        ..FoundTarget::from(target)
    }
}

/// The namespace, if the object is in one.
pub(crate) fn in_one(namespace: &str) -> Option<&str> {
    Some(namespace).filter(|namespace| !namespace.is_empty())
}

fn is_selected(object: &KnownObject, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
    object.namespace() == in_one(namespace)
        && labels
            .iter()
            .all(|(name, value)| object.label(name) == Some(value))
}

/// Waits until a kind has a status that is an answer.
async fn wait_for(
    mut status: watch::Receiver<KindStatus>,
    kind: &str,
    is_answer: impl FnMut(&KindStatus) -> bool,
) -> Result<KindStatus, TargetError> {
    match status.wait_for(is_answer).await {
        Ok(status) => Ok(status.clone()),
        Err(_) => Err(not_followed(kind)),
    }
}

fn not_followed(kind: &str) -> TargetError {
    TargetError::NotYet(format!("{kind} is no longer followed"))
}

impl Targets for ClusterTargets {
    async fn resolve(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
        detail: Detail,
    ) -> Result<Vec<FoundTarget>, TargetError> {
        match resolve_reference(receiver, reference, self.cross_namespace)? {
            ResolvedReference::Named(target) => Ok(vec![self.named(target, detail).await?]),
            ResolvedReference::Selected {
                api_version,
                kind,
                namespace,
                labels,
            } => {
                let key = KindKey {
                    api_version,
                    kind,
                    namespace: Some(namespace),
                };
                self.selected(&key, &labels, detail).await
            }
        }
    }

    fn unreachable(&self, receiver: &ReceiverId, target: &str, why: &str) {
        self.announcer.unreachable(receiver, target, why);
    }
}
