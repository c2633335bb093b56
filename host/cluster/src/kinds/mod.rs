//! The kinds that references name: found by API discovery, and followed by their metadata alone for
//! as long as a Receiver names them.

mod follow;
mod object;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};

use bellpull_core::{Detail, KindKey};
use kube::Client;
use kube::api::ApiResource;
use kube::runtime::reflector::Store;
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub(crate) use object::KnownObject;

use crate::index::{Index, KindReport};
use crate::metrics::Metrics;

/// Groups of the kinds that Flux's Receivers may name (fluxcd/notification-controller v1.9.3,
/// `api/v1/reference_types.go`), and that of Flux Operator, which adds its own kinds to them.
const FLUX_GROUPS: [&str; 6] = [
    "fluxcd.controlplane.io",
    "helm.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "source.extensions.fluxcd.io",
    "source.toolkit.fluxcd.io",
];

/// A kind of other than Flux's groups that may be notified: `GROUP/KIND`, or `KIND` of the core
/// group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowedKind {
    group: String,
    kind: String,
}

/// Not a `GROUP/KIND`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not GROUP/KIND, such as apps/Deployment")]
pub struct NotAKind;

impl FromStr for AllowedKind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<Self, NotAKind> {
        use bellpull_core::names::{is_kind, is_subdomain};
        let (group, kind) = text.split_once('/').unwrap_or(("", text));
        let core = group.is_empty() && !text.contains('/');
        if (core || is_subdomain(group)) && is_kind(kind) {
            Ok(Self {
                group: group.to_owned(),
                kind: kind.to_owned(),
            })
        } else {
            Err(NotAKind)
        }
    }
}

impl fmt::Display for AllowedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            return f.write_str(&self.kind);
        }
        write!(f, "{}/{}", self.group, self.kind)
    }
}

/// The objects of one kind.
pub(crate) type Objects = Store<KnownObject>;

/// What is known of a kind.
#[derive(Clone)]
pub(crate) enum Status {
    /// No answer yet.
    Asked,
    /// It may not be named, the API server does not know it, or it has no namespaces.
    Unusable(String),
    /// Its objects may not be listed.
    Forbidden(String),
    /// Its objects are being listed.
    Found,
    /// Its objects have been listed.
    Listed(Objects),
}

struct Kind {
    detail: Detail,
    tell: Arc<watch::Sender<Status>>,
    /// None for one that may not be named.
    task: Option<AbortHandle>,
}

impl Drop for Kind {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Every kind that is needed now.
pub(crate) struct TargetKinds {
    client: Client,
    allowed: BTreeSet<AllowedKind>,
    index: Arc<Index>,
    metrics: Metrics,
    kinds: RwLock<HashMap<KindKey, Kind>>,
    /// How objects of a kind are addressed, by `apiVersion` and kind. Kept when nobody needs the
    /// kind any more, since notifications may still wait.
    resources: RwLock<HashMap<(String, String), ApiResource>>,
}

impl TargetKinds {
    pub(crate) fn new(
        client: Client,
        allowed: BTreeSet<AllowedKind>,
        index: Arc<Index>,
        metrics: Metrics,
    ) -> Self {
        Self {
            client,
            allowed,
            index,
            metrics,
            kinds: RwLock::default(),
            resources: RwLock::default(),
        }
    }

    /// Begins to follow a kind. Must be called within a tokio runtime.
    pub(crate) fn want(self: &Arc<Self>, key: KindKey) {
        let tell = Arc::new(watch::Sender::new(Status::Asked));
        let detail = Detail::Name;
        let task = match self.refuse(&key) {
            Some(why) => {
                self.index.take_kind(&key, KindReport::Problem(why.clone()));
                tell.send_replace(Status::Unusable(why));
                None
            }
            None => {
                self.index.take_kind(&key, KindReport::Pending);
                Some(self.follow(&key, detail, &tell))
            }
        };
        let kind = Kind { detail, tell, task };
        self.kinds
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, kind);
    }

    /// Follows a kind that is followed already so that more is known of its objects. What was known
    /// of them is listed anew; the kind stays so until nobody needs it.
    pub(crate) fn deepen(self: &Arc<Self>, key: &KindKey, detail: Detail) {
        let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
        let Some(kind) = kinds.get_mut(key).filter(|kind| kind.detail < detail) else {
            return;
        };
        kind.detail = detail;
        let Some(task) = kind.task.take() else {
            return;
        };
        task.abort();
        kind.tell.send_modify(|status| {
            if matches!(status, Status::Listed(_)) {
                *status = Status::Found;
            }
        });
        kind.task = Some(self.follow(key, detail, &kind.tell));
    }

    fn follow(
        self: &Arc<Self>,
        key: &KindKey,
        detail: Detail,
        tell: &Arc<watch::Sender<Status>>,
    ) -> AbortHandle {
        let (kinds, tell) = (Arc::clone(self), Arc::clone(tell));
        let follower = follow::Follower::new(kinds, key.clone(), detail, tell);
        tokio::spawn(follower.follow()).abort_handle()
    }

    /// Ceases to follow a kind.
    pub(crate) fn cease(&self, key: &KindKey) {
        self.kinds
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
        self.index.take_kind(key, KindReport::Unneeded);
    }

    /// What is known of a kind, now and from now on. `None`: nobody needs it.
    pub(crate) fn status(&self, key: &KindKey) -> Option<watch::Receiver<Status>> {
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        kinds.get(key).map(|kind| kind.tell.subscribe())
    }

    /// How objects of a kind are addressed, once it has been found.
    pub(crate) fn resource(&self, api_version: &str, kind: &str) -> Option<ApiResource> {
        let key = (api_version.to_owned(), kind.to_owned());
        let resources = self
            .resources
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        resources.get(&key).cloned()
    }

    fn found(&self, key: &KindKey, resource: ApiResource) {
        let key = (key.api_version.clone(), key.kind.clone());
        self.resources
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, resource);
    }

    /// Why a kind may not be named.
    fn refuse(&self, key: &KindKey) -> Option<String> {
        let group = key
            .api_version
            .split_once('/')
            .map_or("", |(group, _)| group);
        let kind = AllowedKind {
            group: group.to_owned(),
            kind: key.kind.clone(),
        };
        let allowed = FLUX_GROUPS.contains(&group) || self.allowed.contains(&kind);
        (!allowed).then(|| {
            format!("{kind} is not a kind of Flux: start with --allow-target {kind} to allow it")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_its_group_before_it() {
        let cases = [
            ("apps/Deployment", Ok("apps/Deployment")),
            ("argoproj.io/Application", Ok("argoproj.io/Application")),
            ("ConfigMap", Ok("ConfigMap")),
            ("", Err(NotAKind)),
            ("/ConfigMap", Err(NotAKind)),
            ("apps/", Err(NotAKind)),
            ("apps/v1/Deployment", Err(NotAKind)),
            ("../Deployment", Err(NotAKind)),
        ];
        for (text, expected) in cases {
            let got = text.parse::<AllowedKind>().map(|kind| kind.to_string());
            assert_eq!(got, expected.map(ToOwned::to_owned), "{text:?}");
        }
    }
}
