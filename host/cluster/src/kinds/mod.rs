//! The kinds that Receivers refer to. Each is found by API discovery, and followed for as long as a
//! Receiver refers to it, by metadata alone unless more is needed.

mod addresses;
mod allowed_kind;
mod find;
mod follower;
mod object;
mod status;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use bellpull_core::{Detail, KindKey};
use kube::Client;
use kube::api::ApiResource;
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub use allowed_kind::{AllowedKind, NotAKind};
pub(crate) use find::{api, find};
pub(crate) use object::KnownObject;
pub(crate) use status::KindStatus;

use crate::index::{Index, KindReport};
use crate::metrics::ClusterMetrics;
use addresses::KindAddresses;
use follower::KindFollower;

struct WatchedKind {
    detail: Detail,
    status: Arc<watch::Sender<KindStatus>>,
    /// `None` for a kind that is not allowed.
    task: Option<AbortHandle>,
}

impl Drop for WatchedKind {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Every kind that some Receiver needs.
pub(crate) struct TargetKinds {
    client: Client,
    allowed: BTreeSet<AllowedKind>,
    index: Arc<Index>,
    metrics: ClusterMetrics,
    kinds: RwLock<HashMap<KindKey, WatchedKind>>,
    addresses: Arc<KindAddresses>,
}

impl TargetKinds {
    pub(crate) fn new(
        client: Client,
        allowed: BTreeSet<AllowedKind>,
        index: Arc<Index>,
        metrics: ClusterMetrics,
    ) -> Self {
        Self {
            client,
            allowed,
            index,
            metrics,
            kinds: RwLock::default(),
            addresses: Arc::default(),
        }
    }

    /// Starts to follow a kind. Must be called within a tokio runtime.
    pub(crate) fn want(&self, key: KindKey) {
        let status = Arc::new(watch::Sender::new(KindStatus::Asked));
        let detail = Detail::Name;
        let task = match allowed_kind::refuse(&key, &self.allowed) {
            Some(why) => {
                self.index.take_kind(&key, KindReport::Problem(why.clone()));
                status.send_replace(KindStatus::Unusable(why));
                None
            }
            None => {
                self.index.take_kind(&key, KindReport::Pending);
                Some(self.follow(&key, detail, &status))
            }
        };
        let kind = WatchedKind {
            detail,
            status,
            task,
        };
        self.kinds
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, kind);
    }

    /// Follows a kind in more detail. Its objects are listed again. The detail stays until no Receiver
    /// needs the kind.
    pub(crate) fn deepen(&self, key: &KindKey, detail: Detail) {
        let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
        let Some(kind) = kinds.get_mut(key).filter(|kind| kind.detail < detail) else {
            return;
        };
        kind.detail = detail;
        let Some(task) = kind.task.take() else {
            return;
        };
        task.abort();
        kind.status.send_modify(|status| {
            if matches!(status, KindStatus::Listed(_)) {
                *status = KindStatus::Found;
            }
        });
        kind.task = Some(self.follow(key, detail, &kind.status));
    }

    fn follow(
        &self,
        key: &KindKey,
        detail: Detail,
        status: &Arc<watch::Sender<KindStatus>>,
    ) -> AbortHandle {
        let follower = KindFollower {
            client: self.client.clone(),
            index: Arc::clone(&self.index),
            metrics: self.metrics.clone(),
            addresses: Arc::clone(&self.addresses),
            key: key.clone(),
            detail,
            status: Arc::clone(status),
        };
        tokio::spawn(follower.follow()).abort_handle()
    }

    /// Stops following a kind.
    pub(crate) fn cease(&self, key: &KindKey) {
        self.kinds
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
        self.index.take_kind(key, KindReport::Unneeded);
    }

    /// What is known of a kind, now and later. `None` when no Receiver needs it.
    pub(crate) fn status(&self, key: &KindKey) -> Option<watch::Receiver<KindStatus>> {
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        kinds.get(key).map(|kind| kind.status.subscribe())
    }

    /// How the objects of a kind are addressed, once the kind has been found.
    pub(crate) fn resource(&self, api_version: &str, kind: &str) -> Option<ApiResource> {
        self.addresses.get(api_version, kind)
    }
}
