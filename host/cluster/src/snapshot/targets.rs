use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::{Detail, KindKey, ReceiverObject, Target, kinds_of};
use bellpull_ports::FoundTarget;
use futures_util::future::join_all;
use kube::Api;
use kube::api::{ApiResource, DynamicObject, ListParams, PartialObjectMeta};

use super::{ClusterReader, ask};
use crate::api_error;
use crate::kinds::{KnownObject, api, find};

/// The objects of the kinds that Receivers refer to.
#[derive(Debug, Default)]
pub struct ListedTargets {
    /// Each with its labels.
    pub objects: Vec<(FoundTarget, BTreeMap<String, String>)>,
    /// Kinds whose objects could not be listed, with the reason.
    pub unlisted: BTreeMap<KindKey, String>,
}

impl ClusterReader {
    /// Lists the kinds that these Receivers refer to: one request for each kind and namespace, or for each
    /// kind where all namespaces are read. Of a kind whose `spec` no Receiver compares, metadata alone.
    pub async fn targets_of(&self, receivers: &[Arc<ReceiverObject>]) -> ListedTargets {
        let mut kinds: BTreeMap<KindKey, Detail> = BTreeMap::new();
        for receiver in receivers {
            for (kind, detail) in kinds_of(&receiver.id, &receiver.spec) {
                let kind = match self.namespace {
                    Some(_) => kind,
                    None => kind.in_all_namespaces(),
                };
                let known = kinds.entry(kind).or_insert(detail);
                *known = detail.max(*known);
            }
        }
        self.list(kinds).await
    }

    /// Lists these kinds, with metadata alone.
    pub async fn targets(&self, kinds: impl IntoIterator<Item = KindKey>) -> ListedTargets {
        let kinds = kinds.into_iter().map(|kind| (kind, Detail::Metadata));
        self.list(kinds.collect()).await
    }

    async fn list(&self, kinds: BTreeMap<KindKey, Detail>) -> ListedTargets {
        let well_formed = kinds.into_iter().filter(|(kind, _)| kind.is_well_formed());
        let asked = well_formed.map(|(kind, detail)| async move {
            let listed = self.list_kind(&kind, detail).await;
            (kind, listed)
        });
        let mut all = ListedTargets::default();
        for (kind, listed) in join_all(asked).await {
            match listed {
                Ok(objects) => all.objects.extend(objects),
                Err(why) => drop(all.unlisted.insert(kind, why)),
            }
        }
        all
    }

    async fn list_kind(
        &self,
        kind: &KindKey,
        detail: Detail,
    ) -> Result<Vec<(FoundTarget, BTreeMap<String, String>)>, String> {
        let resource = find(&self.clients.calling, kind).await;
        let resource = resource.map_err(|error| error.into_message())?;
        let namespace = kind.namespace.as_deref();
        let all = ListParams::default();
        let api: Api<DynamicObject> = api(self.clients.calling.clone(), namespace, &resource);
        let known: Vec<KnownObject> = if detail == Detail::Spec {
            let listed = ask(|| api.list(&all)).await;
            let listed = listed.map_err(|error| api_error::describe(&error))?;
            let whole = |object| KnownObject::whole(&resource, object);
            listed.items.into_iter().map(whole).collect()
        } else {
            let listed = ask(|| api.list_metadata(&all)).await;
            let listed = listed.map_err(|error| api_error::describe(&error))?;
            let metadata = |object: PartialObjectMeta<DynamicObject>| {
                KnownObject::metadata(&resource, Detail::Metadata, object)
            };
            listed.items.into_iter().map(metadata).collect()
        };
        Ok(known
            .into_iter()
            .filter_map(|known| found(&resource, known))
            .collect())
    }
}

fn found(
    resource: &ApiResource,
    known: KnownObject,
) -> Option<(FoundTarget, BTreeMap<String, String>)> {
    let target = Target {
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
        namespace: known.namespace().unwrap_or_default().to_owned(),
        name: known.name()?.to_owned(),
    };
    let found = FoundTarget {
        object: known.object.clone(),
        min_interval: known.min_interval(),
        ..FoundTarget::from(target)
    };
    Some((found, known.into_labels()))
}
