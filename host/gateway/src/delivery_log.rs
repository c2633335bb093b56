use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::http::HeaderMap;
use bellpull_core::{
    Acceptance, DeliveryId, EventSet, IgnoreClass, Outcome, ReceiverId, Target, Timestamp,
    TraceContext, TraceId, Usage, limits, text,
};
use bellpull_ports::{Entry, Filters};
use bellpull_records::Ended;
use bellpull_road::{Ending, Observe, Step};
use bellpull_telemetry::{DeliveryTrace, Telemetry, TracedEnd};

use crate::answer::status;
use crate::metrics::GatewayMetrics;

/// What is logged and counted of one delivery. It holds nothing that the delivery carries.
pub(crate) struct DeliveryLog {
    pub(crate) id: DeliveryId,
    pub(crate) received: Timestamp,
    /// Where it comes from, if that is known.
    client: Option<IpAddr>,
    /// Where its headers say that it comes from, if nobody vouches for them.
    claimed: Option<String>,
    pub(crate) body_bytes: usize,
    /// `None`: the delivery was not accepted.
    events: Option<usize>,
    targets: usize,
    began: Instant,
    /// `None`: the path is unknown.
    receiver: Option<ReceiverId>,
    provider: Option<String>,
    verify: Option<Duration>,
    /// `None`: it is not traced, or its trace has ended.
    trace: Option<DeliveryTrace>,
}

impl DeliveryLog {
    /// Begins the log of a delivery that was received at `received` by the host's clock.
    pub(crate) fn begin<C, F: Filters>(
        entry: Option<&Entry<C, F>>,
        received: Timestamp,
        client: Option<IpAddr>,
        claimed: Option<String>,
    ) -> Self {
        let (receiver, provider) = match entry {
            Some(Entry::Serving(route)) => (
                Some(route.bound.id().clone()),
                Some(route.bound.view.provider.clone()),
            ),
            Some(Entry::Unavailable {
                receiver, provider, ..
            }) => (Some(receiver.clone()), provider.clone()),
            None => (None, None),
        };
        Self {
            id: DeliveryId::generate(),
            received,
            client,
            claimed,
            body_bytes: 0,
            events: None,
            targets: 0,
            began: Instant::now(),
            receiver,
            provider,
            verify: None,
            trace: None,
        }
    }

    /// Begins the trace of a delivery to a known path.
    pub(crate) fn trace(self, telemetry: &Telemetry, headers: &HeaderMap) -> Self {
        let tracer = telemetry.tracer.as_ref();
        let trace = tracer.and_then(|tracer| tracer.begin(headers, self.received));
        Self { trace, ..self }
    }

    /// A step before the road begins.
    pub(crate) fn begins(&mut self, step: &'static str) {
        if let Some(trace) = &mut self.trace {
            trace.begins(step);
        }
    }

    fn trace_id(&self) -> Option<TraceId> {
        Some(self.trace.as_ref()?.context().trace)
    }

    /// How the delivery has ended, for its record.
    pub(crate) fn ended(&self, ending: &Ending, flux: bool) -> Ended {
        let status = status(&ending.outcome, flux).as_u16();
        Ended::of(ending, status, self.began.elapsed()).traced(self.trace_id())
    }

    fn count(
        &self,
        outcome: &Outcome,
        total: Duration,
        metrics: &GatewayMetrics,
        telemetry: &Telemetry,
    ) {
        let kind = outcome.kind();
        metrics.delivered(self.provider.as_deref(), kind, total, self.trace_id());
        if let (Some(receiver), Some(receivers)) = (&self.receiver, &telemetry.receivers) {
            receivers.delivered(receiver, kind);
        }
        if let (Some(provider), Some(class)) = (&self.provider, outcome.class()) {
            metrics.ignored(provider, class);
        }
    }

    /// Counts the delivery, logs it in one line, and ends its trace.
    pub(crate) fn write(
        self,
        ending: &Ending,
        flux: bool,
        metrics: &GatewayMetrics,
        telemetry: &Telemetry,
    ) {
        let total = self.began.elapsed();
        self.count(&ending.outcome, total, metrics, telemetry);
        let (kind, class) = (ending.outcome.kind(), ending.outcome.class());
        let (outcome, trace_id) = (kind.as_str(), self.trace_id());
        let client = self.client.map(tracing::field::display);
        let limited = matches!(ending.outcome, Outcome::Limited { .. });
        let receiver = self.receiver.as_ref().filter(|_| !limited);
        let Some(receiver) = receiver else {
            // Anyone can request unknown paths and so fill the log. The metric counts them.
            tracing::debug!(delivery = %self.id, client, outcome, "delivery");
            return;
        };
        let reason = ending
            .reason
            .as_deref()
            .map(|reason| text::printable(reason, limits::GUEST_TEXT));
        let postponed = match ending.outcome {
            Outcome::Accepted { postponed, .. } => Some(postponed).filter(|count| *count > 0),
            _ => None,
        };
        let status = status(&ending.outcome, flux).as_u16();
        tracing::info!(
            delivery = %self.id,
            %receiver,
            provider = self.provider,
            client,
            forwarded_for = self.claimed,
            outcome,
            status,
            class = class.map(IgnoreClass::as_str),
            reason,
            verify_us = self.verify.map(micros),
            total_us = micros(total),
            body = self.body_bytes,
            events = self.events,
            targets = self.targets,
            postponed,
            trace_id = trace_id.map(tracing::field::display),
            "delivery"
        );
        if let Some(trace) = self.trace {
            trace.end(&TracedEnd {
                delivery: &self.id,
                receiver,
                provider: self.provider.as_deref(),
                client: self.client,
                outcome: kind,
                status,
                class,
                reason: reason.as_deref(),
                body: self.body_bytes,
                events: self.events,
                targets: self.targets,
            });
        }
    }
}

/// Fills the log while its delivery is on the road.
pub(crate) struct DeliveryLogObserver<'a> {
    pub(crate) log: &'a mut DeliveryLog,
    pub(crate) metrics: &'a GatewayMetrics,
}

impl Observe for DeliveryLogObserver<'_> {
    fn begins(&mut self, step: Step) {
        self.log.begins(step.as_str());
    }

    fn verified(&mut self, took: Duration, _usage: Usage) {
        self.log.verify = Some(took);
        if let Some(provider) = &self.log.provider {
            self.metrics.verified(provider, took);
        }
    }

    fn authorized(&mut self, acceptance: &Arc<Acceptance>) {
        self.log.events = Some(acceptance.events.len());
    }

    fn selected(&mut self, targets: &BTreeMap<Target, EventSet>) {
        self.log.targets = targets.len();
    }

    fn trace(&self) -> Option<TraceContext> {
        Some(self.log.trace.as_ref()?.context())
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
