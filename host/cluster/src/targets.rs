use std::sync::Arc;

use bellpull_api::ResourceReference;
use bellpull_core::ports::Targets;
use bellpull_core::{KindKey, ReceiverId, Target, TargetError, Wanted, wanted};
use tokio::sync::watch;

use crate::Scope;
use crate::events::Announcer;
use crate::kinds::{Objects, Status, TargetKinds};

/// Resolves references against what is known of the cluster: nothing is asked of the API server.
#[derive(Clone)]
pub struct ClusterTargets {
    pub(crate) kinds: Arc<TargetKinds>,
    pub(crate) scope: Scope,
    pub(crate) cross_namespace: bool,
    pub(crate) announcer: Announcer,
}

impl ClusterTargets {
    async fn find(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
    ) -> Result<Vec<Target>, TargetError> {
        match wanted(receiver, reference, self.cross_namespace)? {
            Wanted::Named(target) => {
                let status = self.status(&target.api_version, &target.kind, &target.namespace)?;
                named(status, target).await
            }
            Wanted::Selected {
                api_version,
                kind,
                namespace,
                labels,
            } => {
                let status = self.status(&api_version, &kind, &namespace)?;
                let objects = listed(status).await?;
                let selected = objects.state_filter(|object| {
                    let labelled = object.metadata.labels.as_ref();
                    object.metadata.namespace.as_ref() == Some(&namespace)
                        && labels.iter().all(|(name, value)| {
                            labelled.and_then(|labels| labels.get(name)) == Some(value)
                        })
                });
                let target = |name: &str| Target {
                    api_version: api_version.clone(),
                    kind: kind.clone(),
                    namespace: namespace.clone(),
                    name: name.to_owned(),
                };
                let names = selected.iter().filter_map(|o| o.metadata.name.as_deref());
                Ok(names.map(target).collect())
            }
        }
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
        self.kinds
            .status(&key)
            .ok_or_else(|| TargetError::NotYet(format!("{kind} is no longer followed")))
    }
}

/// A named object is patched, and the API server's answer decides, as soon as its kind is known.
async fn named(
    mut status: watch::Receiver<Status>,
    target: Target,
) -> Result<Vec<Target>, TargetError> {
    let known = status.wait_for(|status| !matches!(status, Status::Asked));
    match known.await.as_deref() {
        Ok(Status::Unusable(why)) => Err(TargetError::Invalid(why.clone())),
        Ok(_) => Ok(vec![target]),
        Err(_) => Err(no_longer(&target.kind)),
    }
}

async fn listed(mut status: watch::Receiver<Status>) -> Result<Objects, TargetError> {
    let answered = status.wait_for(|status| !matches!(status, Status::Asked | Status::Found));
    match answered.await.as_deref() {
        Ok(Status::Listed(objects)) => Ok(objects.clone()),
        Ok(Status::Unusable(why) | Status::Forbidden(why)) => {
            Err(TargetError::Invalid(why.clone()))
        }
        Ok(Status::Asked | Status::Found) | Err(_) => Err(no_longer("its kind")),
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
    ) -> Result<Vec<Target>, TargetError> {
        let found = self.find(receiver, reference).await;
        if let Err(TargetError::Invalid(why)) = &found {
            let namespace = reference.namespace.as_ref().unwrap_or(&receiver.namespace);
            let target = format!("{}/{namespace}/{}", reference.kind, reference.name);
            self.announcer.unreachable(receiver, &target, why);
        }
        found
    }
}
