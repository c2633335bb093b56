use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::{Outcome, UnavailableCause};
use bellpull_ports::{EntryOf, Host, RoutesOf};
use bellpull_road::{Arrived, Ending, Memory, Road, Staged};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;

use crate::answer::answer;
use crate::connection::Endpoint;
use crate::count::Count;
use crate::intake::admit::admit;
use crate::intake::read::read;
use crate::metrics::Metrics;
use crate::parting::Parting;
use crate::peer::Connection;
use crate::readiness::Readiness;
use crate::record::{Record, Writing};
use crate::settings::Settings;

/// Takes what is posted to a path along the road of a host, and answers with how it ended.
pub struct Gateway<H: Host> {
    pub(crate) settings: Settings,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) metrics: Metrics,
    /// Deliveries on the road. They end there even if their sender has gone.
    pub(crate) in_hand: Count,
    routes: Arc<ArcSwap<RoutesOf<H>>>,
    road: Road<H>,
    memory: Memory,
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
        Self {
            memory: Memory::new(settings.body_memory(), metrics.bodies()),
            in_hand: Count::new(),
            settings,
            readiness,
            metrics,
            routes,
            road: Road::new(host),
        }
    }

    /// The delivery, once it is whole.
    async fn receive(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        connection: &Connection,
        record: &Record,
    ) -> Result<Staged<H, Arrived>, Parting> {
        let Self {
            settings,
            metrics,
            memory,
            road,
            ..
        } = self;
        let awaited = admit(road, entry, request, connection, settings, memory, metrics)?;
        let (id, received) = (record.id.clone(), record.received);
        read(awaited, id, received, settings, metrics).await
    }

    async fn travel(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        connection: Connection,
        record: &mut Record,
    ) -> Parting {
        let arrived = match self.receive(entry, request, &connection, record).await {
            Ok(arrived) => arrived,
            Err(parting) => return parting,
        };
        let _working = connection.work();
        record.body = arrived.delivery().body.len();
        let metrics = &self.metrics;
        let mut writing = Writing { record, metrics };
        let ending = match self.road.walk(arrived, &mut writing).await {
            Ok(notified) => notified.ending(self.readiness.draining()),
            Err(ending) => ending,
        };
        ending.into()
    }

    async fn deliver(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        connection: Connection,
        mut record: Record,
    ) -> Response<Full<Bytes>> {
        let version = request.version();
        let parting = self.travel(entry, request, connection, &mut record).await;
        let flux = self.settings.flux_status_codes;
        record.write(&parting.ending, flux, &self.metrics);
        answer(&parting, &record.id, version, flux)
    }
}

impl<H: Host> Endpoint for Gateway<H> {
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Response<Full<Bytes>> {
        let version = request.version();
        let flux = self.settings.flux_status_codes;
        let entry = self.routes.load().get(request.uri().path()).cloned();
        let record = Record::begin(entry.as_ref(), self.road.host().now());
        let id = record.id.clone();
        let Some(entry) = entry else {
            let ending = if self.readiness.synced() {
                Ending::from(Outcome::Unknown)
            } else {
                Ending::unavailable(UnavailableCause::NotReady)
            };
            record.write(&ending, flux, &self.metrics);
            return answer(&ending.into(), &id, version, flux);
        };
        let held = self.in_hand.enter();
        // On a task of its own, because a sender that gives up must not undo what it has sent, and
        // hyper drops what answers a connection that is gone.
        let road = tokio::spawn(async move {
            let response = self.deliver(entry, request, connection, record).await;
            drop(held);
            response
        });
        road.await.unwrap_or_else(|error| {
            tracing::error!(delivery = %id, %error, "the delivery's task failed");
            let ending = Ending::unavailable(UnavailableCause::Faulted);
            answer(&ending.into(), &id, version, flux)
        })
    }
}
