use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_api::ResourceReference;
use bellpull_core::{
    Detail, KindKey, ReceiverId, Target, TargetError, Wanted, default_api_version, wanted,
};
use bellpull_matching::TargetSpec;
use bellpull_ports::{Found, TargetObject, Targets};
use kube::api::{ApiResource, DynamicObject};
use kube::runtime::reflector::ObjectRef;
use kube::{Api, Client};
use tokio::sync::watch;

use crate::events::Announcer;
use crate::kinds::{KnownObject, Status, TargetKinds};
use crate::{Scope, failure};

/// Resolves references against what is known of the cluster. The API server is asked alone for a
/// named object that is not known yet and of which more than the name is needed.
#[derive(Clone)]
pub struct ClusterTargets {
    pub(crate) client: Client,
    pub(crate) kinds: Arc<TargetKinds>,
    pub(crate) scope: Scope,
    pub(crate) cross_namespace: bool,
    pub(crate) announcer: Announcer,
}

impl ClusterTargets {
    async fn named(&self, target: Target, detail: Detail) -> Result<Found, TargetError> {
        let status = self.status(&target.api_version, &target.kind, &target.namespace)?;
        let known = answer(status, &target.kind, |status| {
            !matches!(status, Status::Asked)
        })
        .await?;
        if let Status::Unusable(why) = known {
            return Err(TargetError::Invalid(why));
        }
        // It is patched, and the API server's answer decides.
        if detail == Detail::Name {
            return Ok(Found::from(target));
        }
        let resource = self
            .kinds
            .resource(&target.api_version, &target.kind)
            .ok_or_else(|| no_longer(&target.kind))?;
        let cached = match &known {
            Status::Listed(objects) => {
                let place = ObjectRef::new_with(&target.name, resource.clone());
                objects.get(&place.within(&target.namespace))
            }
            _ => None,
        };
        let cached = cached.and_then(|known| known.object.clone());
        let object = match cached {
            Some(object) => Some(object),
            None => self.read(&target, &resource, detail).await?,
        };
        Ok(self.with_source(target, object))
    }

    /// Asks for one object; `None` when there is none.
    async fn read(
        &self,
        target: &Target,
        resource: &ApiResource,
        detail: Detail,
    ) -> Result<Option<Arc<TargetObject>>, TargetError> {
        let api: Api<DynamicObject> =
            Api::namespaced_with(self.client.clone(), &target.namespace, resource);
        match api.get_opt(&target.name).await {
            Ok(found) => {
                Ok(found.and_then(|object| KnownObject::read(resource, detail, object).object))
            }
            Err(error) => {
                let why = format!("it cannot be read: {}", failure::describe(&error));
                Err(match failure::status(&error) {
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
    ) -> Result<Vec<Found>, TargetError> {
        let namespace = key.namespace.clone().unwrap_or_default();
        let status = self.status(&key.api_version, &key.kind, &namespace)?;
        let listed = |status: &Status| !matches!(status, Status::Asked | Status::Found);
        let objects = match answer(status, &key.kind, listed).await? {
            Status::Listed(objects) => objects,
            Status::Unusable(why) | Status::Forbidden(why) => {
                return Err(TargetError::Invalid(why));
            }
            Status::Asked | Status::Found => return Err(no_longer(&key.kind)),
        };
        let found = objects.state_filter(|object| is_selected(object, &namespace, labels));
        // More than names has only just been asked for.
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
                Detail::Name => Found::from(target),
                _ => self.with_source(target, known.object.clone()),
            })
        });
        Ok(found.collect())
    }

    /// A chart is what its source has of it.
    fn with_source(&self, target: Target, object: Option<Arc<TargetObject>>) -> Found {
        let spec = object.as_deref().map(|object| &object.spec);
        let source = match spec {
            Some(TargetSpec::Chart { source, .. }) => {
                self.source(&source.kind, &target.namespace, &source.name)
            }
            _ => None,
        };
        Found {
            target,
            object,
            source,
            is_stranger: false,
        }
    }

    fn source(&self, kind: &str, namespace: &str, name: &str) -> Option<Arc<TargetObject>> {
        let version = default_api_version(kind)?;
        let resource = self.kinds.resource(version, kind)?;
        let status = self.status(version, kind, namespace).ok()?;
        let Status::Listed(objects) = &*status.borrow() else {
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
    ) -> Result<watch::Receiver<Status>, TargetError> {
        let key = self.scope.watched(KindKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: Some(namespace.to_owned()),
        });
        // The Receiver of a delivery in hand may have gone, and its kind with it.
        self.kinds.status(&key).ok_or_else(|| no_longer(kind))
    }
}

fn is_selected(object: &KnownObject, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
    object.namespace() == Some(namespace)
        && labels
            .iter()
            .all(|(name, value)| object.label(name) == Some(value))
}

/// Waits for an answer of a kind.
async fn answer(
    mut status: watch::Receiver<Status>,
    kind: &str,
    is_answer: impl FnMut(&Status) -> bool,
) -> Result<Status, TargetError> {
    match status.wait_for(is_answer).await {
        Ok(status) => Ok(status.clone()),
        Err(_) => Err(no_longer(kind)),
    }
}

fn no_longer(kind: &str) -> TargetError {
    TargetError::NotYet(format!("{kind} is no longer followed"))
}

impl Targets for ClusterTargets {
    async fn resolve(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
        detail: Detail,
    ) -> Result<Vec<Found>, TargetError> {
        match wanted(receiver, reference, self.cross_namespace)? {
            Wanted::Named(target) => Ok(vec![self.named(target, detail).await?]),
            Wanted::Selected {
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
