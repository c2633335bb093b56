use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::ports::{EntryOf, Host, Notify as _, RoutesOf};
use bellpull_core::{Outcome, UnavailableCause, limits};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::Semaphore;

use crate::answer::answer;
use crate::connection::Endpoint;
use crate::count::Count;
use crate::metrics::Metrics;
use crate::readiness::Readiness;
use crate::record::Record;
use crate::road::Ending;
use crate::road::admit::admit;
use crate::road::authorize::authorize;
use crate::road::memory::BodyMemory;
use crate::road::notify::notify;
use crate::road::read::read;
use crate::road::resolve::resolve;
use crate::road::select::select;
use crate::road::verify::verify;
use crate::settings::Settings;

/// Takes deliveries along their road: route, admit, read, verify, authorize, resolve, select, notify.
pub struct Gateway<H: Host> {
    pub(crate) settings: Settings,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) metrics: Metrics,
    /// Deliveries on the road. They end there even if their sender has gone.
    pub(crate) in_hand: Count,
    routes: Arc<ArcSwap<RoutesOf<H>>>,
    host: Arc<H>,
    memory: BodyMemory,
    /// Filters that take long share so many threads.
    long_filters: Semaphore,
}

impl<H: Host> Gateway<H> {
    /// A gateway that serves whatever `routes` holds at the time of each delivery.
    #[must_use]
    pub fn new(
        settings: Settings,
        routes: Arc<ArcSwap<RoutesOf<H>>>,
        host: Arc<H>,
        readiness: Arc<Readiness>,
        metrics: Metrics,
    ) -> Self {
        let bytes = settings.max_bodies_in_flight.max(settings.max_body);
        Self {
            memory: BodyMemory::new(bytes, metrics.clone()),
            in_hand: Count::new(),
            long_filters: Semaphore::new(limits::LONG_FILTERS),
            settings,
            readiness,
            metrics,
            routes,
            host,
        }
    }

    async fn travel(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        record: &mut Record,
    ) -> Result<Ending, Ending> {
        let Self {
            settings,
            metrics,
            memory,
            host,
            long_filters,
            ..
        } = self;
        let has_room = host.notifier().has_room();
        let admitted = admit(entry, request, has_room, settings, memory, metrics).await?;
        let received = read(
            admitted,
            record.id.clone(),
            record.received,
            settings,
            metrics,
        )
        .await?;
        record.body = received.delivery.body.len();
        let (verified, took) = verify(received, &**host).await;
        record.verified(took, metrics);
        let authorized = authorize(verified?, &**host)?;
        let resolved = resolve(authorized, &**host).await?;
        let selected = select(resolved, &**host, long_filters).await?;
        record.targets = selected.targets.len();
        Ok(notify(selected, &**host, &self.readiness).await)
    }

    async fn deliver(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        mut record: Record,
    ) -> Response<Full<Bytes>> {
        let version = request.version();
        let (Ok(ending) | Err(ending)) = self.travel(entry, request, &mut record).await;
        let flux = self.settings.flux_status_codes;
        record.write(&ending, flux, &self.metrics);
        answer(&ending, &record.id, version, flux)
    }
}

impl<H: Host> Endpoint for Gateway<H> {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let version = request.version();
        let flux = self.settings.flux_status_codes;
        let entry = self.routes.load().get(request.uri().path()).cloned();
        let record = Record::begin(entry.as_ref(), self.host.now());
        let id = record.id.clone();
        let Some(entry) = entry else {
            let ending = if self.readiness.synced() {
                Ending::from(Outcome::Unknown)
            } else {
                Ending::unavailable(UnavailableCause::NotReady)
            };
            record.write(&ending, flux, &self.metrics);
            return answer(&ending, &id, version, flux);
        };
        let held = self.in_hand.enter();
        // On a task of its own, because a sender that gives up must not undo what it has sent, and
        // hyper drops what answers a connection that is gone.
        let road = tokio::spawn(async move {
            let response = self.deliver(entry, request, record).await;
            drop(held);
            response
        });
        road.await.unwrap_or_else(|error| {
            tracing::error!(delivery = %id, %error, "the delivery's task failed");
            let ending = Ending::unavailable(UnavailableCause::Faulted);
            answer(&ending, &id, version, flux)
        })
    }
}
