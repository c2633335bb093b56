use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::{Outcome, UnavailableCause};
use bellpull_ports::{EntryOf, Host, RoutesOf};
use bellpull_records::{RecordStore, Recorder};
use bellpull_road::{Arrived, Ending, Memory, Road, Staged};
use bellpull_telemetry::Telemetry;
use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};

use crate::answer::{answer, close};
use crate::body::admit::admit;
use crate::body::read::read;
use crate::client::{UnprovenLimit, claimed_addresses, client_address};
use crate::delivery_log::{DeliveryLog, DeliveryLogObserver};
use crate::http_ending::HttpEnding;
use crate::in_flight::InFlight;
use crate::listener::{Caller, Endpoint};
use crate::metrics::{GatewayMetrics, ReachedLimit};
use crate::probes::public_probe;
use crate::readiness::Readiness;
use crate::settings::GatewaySettings;

/// Takes each request to a webhook path along the road of a host, and answers with how it ended.
pub struct Gateway<H: Host> {
    pub(crate) settings: GatewaySettings,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) metrics: GatewayMetrics,
    /// Deliveries on the road. They finish even if their sender has gone.
    pub(crate) in_flight: InFlight,
    routes: Arc<ArcSwap<RoutesOf<H>>>,
    road: Road<H>,
    memory: Memory,
    unproven: Option<UnprovenLimit>,
    records: Option<Arc<RecordStore>>,
    telemetry: Telemetry,
}

impl<H: Host> Gateway<H> {
    /// A gateway that looks up each delivery in the `routes` of that moment.
    #[must_use]
    pub fn new(
        settings: GatewaySettings,
        routes: Arc<ArcSwap<RoutesOf<H>>>,
        host: Arc<H>,
        readiness: Arc<Readiness>,
        metrics: GatewayMetrics,
    ) -> Self {
        Self {
            memory: Memory::new(settings.body_memory(), metrics.bodies()),
            in_flight: InFlight::new(),
            unproven: settings.unproven_per_minute.map(UnprovenLimit::new),
            settings,
            readiness,
            metrics,
            routes,
            road: Road::new(host),
            records: None,
            telemetry: Telemetry::default(),
        }
    }

    /// Records the deliveries to known paths.
    #[must_use]
    pub fn with_records(self, records: Option<Arc<RecordStore>>) -> Self {
        Self { records, ..self }
    }

    /// Tells of the deliveries to known paths.
    #[must_use]
    pub fn with_telemetry(self, telemetry: Telemetry) -> Self {
        Self { telemetry, ..self }
    }

    /// Reads the request to its end.
    async fn receive(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        caller: &Caller,
        log: &mut DeliveryLog,
    ) -> Result<Staged<H, Arrived>, HttpEnding> {
        let Self {
            settings,
            metrics,
            memory,
            road,
            ..
        } = self;
        log.begins("admit");
        let admitted = admit(road, entry, request, caller, settings, memory, metrics)?;
        log.begins("read");
        let (id, received) = (log.id.clone(), log.received);
        let client = caller.client.clone();
        read(admitted, id, received, client, settings, metrics).await
    }

    async fn travel(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        caller: &Caller,
        log: &mut DeliveryLog,
        record: &mut Option<Recorder>,
    ) -> HttpEnding {
        let arrived = match self.receive(entry, request, caller, log).await {
            Ok(arrived) => arrived,
            Err(ended) => return ended,
        };
        let _working = caller.connection.work();
        log.body_bytes = arrived.delivery().body.len();
        if let Some(record) = record {
            record.arrived(arrived.delivery());
        }
        let metrics = &self.metrics;
        let mut observer = (DeliveryLogObserver { log, metrics }, record);
        let ending = match self.road.walk(arrived, &mut observer).await {
            Ok(notified) => notified.ending(self.readiness.draining()),
            Err(ending) => ending,
        };
        ending.into()
    }

    async fn deliver(
        &self,
        entry: EntryOf<H>,
        request: Request<Incoming>,
        caller: Caller,
        mut log: DeliveryLog,
    ) -> Response<Full<Bytes>> {
        let version = request.version();
        let mut record = self.begin_record(&entry, &request, &caller, &log);
        let travel = self.travel(entry, request, &caller, &mut log, &mut record);
        let ended = self.limited(travel.await, &caller);
        if let (Some(records), Some(record)) = (&self.records, record) {
            let flux = self.settings.flux_status_codes;
            records.keep(record, log.ended(&ended.ending, flux));
        }
        self.finish(&ended, version, log)
    }

    fn begin_record(
        &self,
        entry: &EntryOf<H>,
        request: &Request<Incoming>,
        caller: &Caller,
        log: &DeliveryLog,
    ) -> Option<Recorder> {
        let bodies = self.records.as_ref()?.bodies();
        let (id, received, client) = (log.id.clone(), log.received, &caller.client);
        let (method, headers) = (request.method(), request.headers());
        Some(Recorder::begin(
            bodies, entry, id, received, method, headers, client,
        ))
    }

    /// Writes the log of a delivery, and answers it.
    fn finish(
        &self,
        ended: &HttpEnding,
        version: Version,
        log: DeliveryLog,
    ) -> Response<Full<Bytes>> {
        let flux = self.settings.flux_status_codes;
        let mut response = answer(ended, &log.id, version, flux);
        log.write(&ended.ending, flux, &self.metrics, &self.telemetry);
        if self.readiness.draining() {
            // A connection that is kept would lose the request after the listener has closed.
            close(&mut response, version);
        }
        response
    }

    /// Counts a delivery that proves nothing. A source of too many is told to wait, and its connection
    /// ends. A delivery that has proven itself is never counted, whatever else its source sends.
    fn limited(&self, ended: HttpEnding, caller: &Caller) -> HttpEnding {
        // Those whose address is not known share the limit of the peer that does not tell it.
        let source = caller.client.address;
        let source = source.unwrap_or_else(|| caller.connection.peer());
        let counted = match &self.unproven {
            Some(limit) if ended.ending.outcome.proves_nothing() => limit.count(source),
            _ => Ok(()),
        };
        let Err(retry_after) = counted else {
            return ended;
        };
        self.metrics.limit(ReachedLimit::Source);
        let ending = Ending {
            outcome: Outcome::Limited { retry_after },
            ..ended.ending
        };
        HttpEnding::closing(ending)
    }
}

impl<H: Host> Endpoint for Gateway<H> {
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        mut caller: Caller,
    ) -> Response<Full<Bytes>> {
        // What is left of a body is not read, so that the connection cannot be used again.
        let has_body = !request.body().is_end_stream();
        if let Some(mut answer) = public_probe(&request, &self.readiness) {
            if has_body {
                close(&mut answer, request.version());
            }
            return answer;
        }
        let (version, trusted) = (request.version(), &self.settings.trusted_proxies);
        let peer = caller.client.address;
        caller.client.address =
            peer.and_then(|peer| client_address(peer, request.headers(), trusted));
        let vouched = peer.is_some_and(|peer| trusted.contain(peer));
        let claimed = (!vouched).then(|| claimed_addresses(request.headers()));
        let entry = self.routes.load().get(request.uri().path()).cloned();
        let now = self.road.host().now();
        let log = DeliveryLog::begin(
            entry.as_ref(),
            now,
            caller.client.address,
            claimed.flatten(),
        );
        let Some(entry) = entry else {
            let ending = if self.readiness.synced() {
                Ending::from(Outcome::Unknown)
            } else {
                Ending::unavailable(UnavailableCause::NotReady)
            };
            let ended = HttpEnding {
                ending,
                close: has_body,
            };
            return self.finish(&self.limited(ended, &caller), version, log);
        };
        let log = log.trace(&self.telemetry, request.headers());
        let (id, flux) = (log.id.clone(), self.settings.flux_status_codes);
        let in_flight = self.in_flight.enter();
        // hyper drops the future that answers a connection that is gone. A task of its own finishes
        // the delivery even if the sender gives up.
        let road = tokio::spawn(async move {
            let response = self.deliver(entry, request, caller, log).await;
            drop(in_flight);
            response
        });
        road.await.unwrap_or_else(|error| {
            tracing::error!(delivery = %id, %error, "the delivery's task failed");
            let ending = Ending::unavailable(UnavailableCause::Faulted);
            answer(&ending.into(), &id, version, flux)
        })
    }
}
