use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use arc_swap::ArcSwap;
use bellpull_core::ports::{Notify, Targets, Verify};
use bellpull_core::{DeliveryId, Outcome, OutcomeKind, Routes, text};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::watch;

use crate::answer::Answering;
use crate::body::BodyMemory;
use crate::metrics::{Metrics, NO_PROVIDER};
use crate::road::Record;
use crate::{Phase, Settings};

/// Bytes of a reason in the log.
const REASON: usize = 1 << 10;

/// Takes deliveries to their answers, over the ports that it was given.
pub struct Gateway<V, T, N> {
    pub(crate) settings: Settings,
    pub(crate) routes: Arc<ArcSwap<Routes>>,
    pub(crate) verify: Arc<V>,
    pub(crate) targets: T,
    pub(crate) notify: N,
    pub(crate) metrics: Metrics,
    pub(crate) phase: watch::Receiver<Phase>,
    pub(crate) bodies: BodyMemory,
    in_hand: AtomicUsize,
    no_provider: Arc<str>,
}

/// The ports of a gateway.
pub struct Ports<V, T, N> {
    /// Runs components.
    pub verify: Arc<V>,
    /// Knows targets.
    pub targets: T,
    /// Notifies them.
    pub notify: N,
}

/// One delivery in hand, until its answer is made.
struct InHand<'a>(&'a AtomicUsize);

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<V: Verify, T: Targets, N: Notify> Gateway<V, T, N> {
    /// A gateway over a snapshot of routes that others replace whole.
    #[must_use]
    pub fn new(
        settings: Settings,
        routes: Arc<ArcSwap<Routes>>,
        ports: Ports<V, T, N>,
        phase: watch::Receiver<Phase>,
    ) -> Self {
        let metrics = Metrics::default();
        let bodies = BodyMemory::new(
            settings.max_bodies_in_flight,
            settings.max_body,
            metrics.bodies_in_flight.clone(),
        );
        let Ports { verify, targets, notify } = ports;
        Self {
            settings,
            routes,
            verify,
            targets,
            notify,
            metrics,
            phase,
            bodies,
            in_hand: AtomicUsize::new(0),
            no_provider: Arc::from(NO_PROVIDER),
        }
    }

    /// What the gateway counts.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Deliveries that are not answered yet.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.in_hand.load(Ordering::Relaxed)
    }

    /// Answers one request.
    pub(crate) async fn handle(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let start = Instant::now();
        self.in_hand.fetch_add(1, Ordering::Relaxed);
        let _in_hand = InHand(&self.in_hand);
        let id = DeliveryId::generate();
        let version = request.version();
        let (head, body) = request.into_parts();
        let has_body = !hyper::body::Body::is_end_stream(&body);
        let mut record = Record::default();
        let outcome = self.travel(&id, head, body, &mut record).await;
        let answering = Answering { as_flux: self.settings.flux_status_codes };
        self.tell(&id, &outcome, answering.status(&outcome), &record, start);
        answering.answer(&outcome, &id, version, record.unread && has_body)
    }

    fn tell(
        &self,
        id: &DeliveryId,
        outcome: &Outcome,
        status: u16,
        record: &Record,
        start: Instant,
    ) {
        let took = start.elapsed();
        let provider = record.provider.as_ref().unwrap_or(&self.no_provider);
        self.metrics.delivered(Arc::clone(provider), outcome.kind(), took);
        let total_us = took.as_micros();
        if outcome.kind() == OutcomeKind::Unknown {
            // Scanners find this port; a line for each would be theirs to fill our disk with.
            tracing::debug!(delivery = %id, outcome = outcome.kind().as_str(), status, total_us, "delivery");
            return;
        }
        let receiver = record.receiver.as_ref().map(tracing::field::display);
        let verify_us = record.verified_in.map(|took| took.as_micros());
        let reason = text::printable(&record.reason, REASON);
        let reason = (!reason.is_empty()).then_some(reason);
        tracing::info!(
            delivery = %id,
            receiver,
            provider = &**provider,
            outcome = outcome.kind().as_str(),
            status,
            reason,
            body_bytes = record.body,
            targets = record.targets,
            verify_us,
            total_us,
            "delivery"
        );
    }
}
