use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bellpull_core::{Detail, KindKey};
use futures_util::stream::{BoxStream, StreamExt as _};
use kube::api::{ApiResource, DynamicObject};
use kube::core::PartialObjectMeta;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::reflector::ObjectRef;
use kube::runtime::reflector::store::Writer;
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client};
use tokio::sync::watch::Sender;

use super::addresses::KindAddresses;
use super::find::{KindError, api, find};
use super::object::KnownObject;
use super::status::{KindStatus, ObjectStore};
use crate::api_error;
use crate::forbidden::BELIEVED_AFTER;
use crate::index::{Index, KindReport};
use crate::metrics::{ClusterMetrics, WatchedObjects};
use crate::watch;

/// Delays between attempts to find or list a kind. The longest is how long a newly installed API or
/// a newly granted permission may go unnoticed.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(500))
    .with_max_delay(Duration::from_secs(5))
    .without_max_times()
    .with_jitter();

/// Follows one kind until it is dropped.
pub(super) struct KindFollower {
    pub(super) client: Client,
    pub(super) index: Arc<Index>,
    pub(super) metrics: ClusterMetrics,
    pub(super) addresses: Arc<KindAddresses>,
    pub(super) key: KindKey,
    pub(super) detail: Detail,
    pub(super) status: Arc<Sender<KindStatus>>,
}

impl KindFollower {
    pub(super) async fn follow(self) {
        let mut delays = RETRY.build();
        let mut refused = None;
        loop {
            let lost = match find(&self.client, &self.key).await {
                Ok(resource) => {
                    self.addresses.insert(&self.key, resource.clone());
                    self.status.send_if_modified(|status| {
                        let asked = matches!(status, KindStatus::Asked | KindStatus::Unusable(_));
                        if asked {
                            *status = KindStatus::Found;
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
            self.report(self.believed(lost, &mut refused));
            tokio::time::sleep(delays.next().unwrap_or(Duration::from_secs(5))).await;
        }
    }

    /// Follows the objects until that fails. Also returns whether they were listed.
    async fn list(&self, resource: ApiResource) -> (KindError, bool) {
        let writer = Writer::new(resource.clone());
        let objects = writer.as_reader();
        let stream = self
            .events(resource.clone())
            .backoff(watch::backoff())
            .inspect(|event| {
                if let Ok(Event::Apply(object) | Event::InitApply(object)) = event {
                    warn_of_interval(object, &objects, &resource);
                }
            })
            .reflect(writer);
        let mut events = std::pin::pin!(stream);
        let mut listed = false;
        while let Some(event) = events.next().await {
            match event {
                Ok(Event::InitDone) => {
                    listed = true;
                    self.index.take_kind(&self.key, KindReport::Fine);
                    self.status
                        .send_replace(KindStatus::Listed(objects.clone()));
                }
                Ok(_) => {}
                Err(error) => {
                    let (status, error) = api_error::of_watch(&error);
                    self.metrics.watch_failed(WatchedObjects::Targets);
                    match status {
                        Some(403) => return (KindError::Forbidden(error), listed),
                        Some(404) => return (KindError::Passing(error), listed),
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
        (KindError::Passing("the watch has ended".to_owned()), listed)
    }

    /// The events of the objects, with metadata alone unless more is needed.
    fn events(
        &self,
        resource: ApiResource,
    ) -> BoxStream<'static, watcher::Result<Event<KnownObject>>> {
        let client = self.client.clone();
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

    /// Turns a refusal into a passing error while it is recent, so that listed objects are kept.
    fn believed(&self, lost: KindError, refused: &mut Option<Instant>) -> KindError {
        let (KindError::Unusable(error) | KindError::Forbidden(error)) = &lost else {
            return lost;
        };
        let since = refused.get_or_insert_with(Instant::now);
        let listed = matches!(*self.status.borrow(), KindStatus::Listed(_));
        if listed && since.elapsed() < BELIEVED_AFTER {
            return KindError::Passing(error.clone());
        }
        lost
    }

    fn report(&self, lost: KindError) {
        let (report, status, error) = match lost {
            KindError::Passing(error) => {
                tracing::warn!(
                    kind = self.key.kind,
                    version = self.key.api_version,
                    error,
                    "a kind of targets cannot be followed now"
                );
                return;
            }
            KindError::Unusable(error) => (
                KindReport::Problem(error.clone()),
                KindStatus::Unusable(error.clone()),
                error,
            ),
            KindError::Forbidden(error) => (
                KindReport::Problem(error.clone()),
                KindStatus::Forbidden(error.clone()),
                error,
            ),
        };
        self.index.take_kind(&self.key, report);
        let news = self.status.send_if_modified(|now| {
            let news = match (&*now, &status) {
                (KindStatus::Unusable(now), KindStatus::Unusable(then))
                | (KindStatus::Forbidden(now), KindStatus::Forbidden(then)) => now != then,
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

/// Logs what is wrong with the annotation of an object, once for each wrong value.
fn warn_of_interval(object: &KnownObject, known: &ObjectStore, resource: &ApiResource) {
    let place = ObjectRef::from_obj_with(object, resource.clone());
    let before = known.get(&place);
    if let Some(error) = object.new_interval_error(before.as_deref()) {
        tracing::warn!(
            target_object = %place,
            error,
            "the least interval of a target is passed over"
        );
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
