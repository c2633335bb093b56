use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bellpull_core::{Detail, KindKey};
use futures_util::stream::{BoxStream, StreamExt as _};
use kube::api::{ApiResource, DynamicObject};
use kube::core::{DynamicResourceScope, GroupVersion, GroupVersionKind, PartialObjectMeta};
use kube::discovery::{self, Scope as KindScope};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::reflector::store::Writer;
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client, Resource};
use tokio::sync::watch::Sender;

use super::{KnownObject, Status, TargetKinds};
use crate::failure;
use crate::index::KindReport;
use crate::metrics::Watched;
use crate::refusals::BELIEVED_AFTER;
use crate::watch;

/// Between attempts to find or list a kind: one whose API is installed, or whose permission is
/// granted, is found within the longest.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(500))
    .with_max_delay(Duration::from_secs(5))
    .without_max_times()
    .with_jitter();

/// Follows one kind for as long as it is needed.
pub(super) struct Follower {
    kinds: Arc<TargetKinds>,
    key: KindKey,
    detail: Detail,
    tell: Arc<Sender<Status>>,
}

/// Why a kind is asked for anew.
enum Lost {
    /// Something that may pass: what is known of the kind stays.
    Passing(String),
    Unusable(String),
    Forbidden(String),
}

impl Follower {
    pub(super) fn new(
        kinds: Arc<TargetKinds>,
        key: KindKey,
        detail: Detail,
        tell: Arc<Sender<Status>>,
    ) -> Self {
        Self {
            kinds,
            key,
            detail,
            tell,
        }
    }

    pub(super) async fn follow(self) {
        let mut delays = RETRY.build();
        let mut refused = None;
        loop {
            let lost = match self.find().await {
                Ok(resource) => {
                    self.kinds.found(&self.key, resource.clone());
                    self.tell.send_if_modified(|status| {
                        let asked = matches!(status, Status::Asked | Status::Unusable(_));
                        if asked {
                            *status = Status::Found;
                        }
                        asked
                    });
                    let (lost, listed) = self.list(resource).await;
                    if listed {
                        delays = RETRY.build();
                        refused = None;
                    }
                    lost
                }
                Err(lost) => lost,
            };
            self.say(self.believed(lost, &mut refused));
            tokio::time::sleep(delays.next().unwrap_or(Duration::from_secs(5))).await;
        }
    }

    /// Asks the API server how objects of the kind are addressed.
    async fn find(&self) -> Result<ApiResource, Lost> {
        let KindKey {
            api_version, kind, ..
        } = &self.key;
        let unknown = || format!("the API server knows no {kind} of {api_version}");
        let Ok(version) = api_version.parse::<GroupVersion>() else {
            return Err(Lost::Unusable(unknown()));
        };
        let kind = GroupVersionKind::gvk(&version.group, &version.version, kind);
        match discovery::pinned_kind(&self.kinds.client, &kind).await {
            Ok((resource, capabilities)) if capabilities.scope == KindScope::Namespaced => {
                Ok(resource)
            }
            Ok(_) => Err(Lost::Unusable(format!(
                "{} of {api_version} has no namespaces, and targets must have one",
                kind.kind
            ))),
            Err(kube::Error::Discovery(_)) => Err(Lost::Unusable(unknown())),
            Err(error) => Err(match failure::status(&error) {
                Some(404) => Lost::Unusable(unknown()),
                Some(403) => Lost::Forbidden(failure::describe(&error)),
                _ => Lost::Passing(failure::describe(&error)),
            }),
        }
    }

    /// Follows the objects until they can no longer be. Also says whether they were listed.
    async fn list(&self, resource: ApiResource) -> (Lost, bool) {
        let writer = Writer::new(resource.clone());
        let objects = writer.as_reader();
        let stream = self
            .events(resource)
            .backoff(watch::backoff())
            .reflect(writer);
        let mut events = std::pin::pin!(stream);
        let mut listed = false;
        while let Some(event) = events.next().await {
            match event {
                Ok(Event::InitDone) => {
                    listed = true;
                    self.kinds.index.take_kind(&self.key, KindReport::Fine);
                    self.tell.send_replace(Status::Listed(objects.clone()));
                }
                Ok(_) => {}
                Err(error) => {
                    let (status, error) = failure::of_watch(&error);
                    self.kinds.metrics.watch_failed(Watched::Targets);
                    match status {
                        Some(403) => return (Lost::Forbidden(error), listed),
                        Some(404) => return (Lost::Passing(error), listed),
                        _ => {
                            tracing::warn!(
                                kind = self.key.kind,
                                version = self.key.api_version,
                                error,
                                "targets cannot be watched now"
                            );
                        }
                    }
                }
            }
        }
        (Lost::Passing("the watch has ended".to_owned()), listed)
    }

    /// What the API server tells of the objects: of metadata alone, unless more is needed.
    fn events(
        &self,
        resource: ApiResource,
    ) -> BoxStream<'static, watcher::Result<Event<KnownObject>>> {
        let client = self.kinds.client.clone();
        let (namespace, config) = (self.key.namespace.as_deref(), watch::config());
        let detail = self.detail;
        if detail == Detail::Spec {
            let api: Api<DynamicObject> = api(client, namespace, &resource);
            let known = move |object| KnownObject::whole(&resource, object);
            return watch::watcher(api, config)
                .map(move |event| Ok(map(event?, &known)))
                .boxed();
        }
        let api: Api<PartialObjectMeta<DynamicObject>> = api(client, namespace, &resource);
        let known = move |object| KnownObject::metadata(&resource, detail, object);
        watch::watcher(api, config)
            .map(move |event| Ok(map(event?, &known)))
            .boxed()
    }

    /// What has been listed is not given up for a refusal that has only just begun.
    fn believed(&self, lost: Lost, refused: &mut Option<Instant>) -> Lost {
        let (Lost::Unusable(error) | Lost::Forbidden(error)) = &lost else {
            return lost;
        };
        let since = refused.get_or_insert_with(Instant::now);
        let listed = matches!(*self.tell.borrow(), Status::Listed(_));
        if listed && since.elapsed() < BELIEVED_AFTER {
            return Lost::Passing(error.clone());
        }
        lost
    }

    fn say(&self, lost: Lost) {
        let (report, status, error) = match lost {
            Lost::Passing(error) => {
                tracing::warn!(
                    kind = self.key.kind,
                    version = self.key.api_version,
                    error,
                    "a kind of targets cannot be followed now"
                );
                return;
            }
            Lost::Unusable(error) => (
                KindReport::Problem(error.clone()),
                Status::Unusable(error.clone()),
                error,
            ),
            Lost::Forbidden(error) => (
                KindReport::Problem(error.clone()),
                Status::Forbidden(error.clone()),
                error,
            ),
        };
        self.kinds.index.take_kind(&self.key, report);
        let news = self.tell.send_if_modified(|now| {
            let news = match (&*now, &status) {
                (Status::Unusable(now), Status::Unusable(then))
                | (Status::Forbidden(now), Status::Forbidden(then)) => now != then,
                _ => true,
            };
            *now = status;
            news
        });
        if news {
            tracing::warn!(
                kind = self.key.kind,
                version = self.key.api_version,
                error,
                "a kind of targets cannot be followed"
            );
        }
    }
}

fn api<K: Resource<DynamicType = ApiResource, Scope = DynamicResourceScope>>(
    client: Client,
    namespace: Option<&str>,
    resource: &ApiResource,
) -> Api<K> {
    match namespace {
        None => Api::all_with(client, resource),
        Some(namespace) => Api::namespaced_with(client, namespace, resource),
    }
}

fn map<A, B>(event: Event<A>, known: impl Fn(A) -> B) -> Event<B> {
    match event {
        Event::Apply(object) => Event::Apply(known(object)),
        Event::Delete(object) => Event::Delete(known(object)),
        Event::Init => Event::Init,
        Event::InitApply(object) => Event::InitApply(known(object)),
        Event::InitDone => Event::InitDone,
    }
}
