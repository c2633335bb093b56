use std::time::Duration;

use bellpull_core::{IgnoreClass, OutcomeKind, TraceId};
use bellpull_telemetry::TraceLabel;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::exemplar::HistogramWithExemplars;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The provider label of a path without a provider.
const NO_PROVIDER: &str = "none";

/// A limit that a sender reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReachedLimit {
    Body,
    BodyMemory,
    Connections,
    Headers,
    HeaderTimeout,
    Openings,
    ReadTimeout,
    Source,
}

/// Why a connection was closed before its first request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusedConnection {
    ProxyHeader,
    TlsHandshake,
}

impl RefusedConnection {
    const ALL: [Self; 2] = [Self::ProxyHeader, Self::TlsHandshake];

    fn as_str(self) -> &'static str {
        match self {
            Self::ProxyHeader => "proxy_header",
            Self::TlsHandshake => "tls_handshake",
        }
    }
}

impl ReachedLimit {
    const ALL: [Self; 8] = [
        Self::Body,
        Self::BodyMemory,
        Self::Connections,
        Self::Headers,
        Self::HeaderTimeout,
        Self::Openings,
        Self::ReadTimeout,
        Self::Source,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::BodyMemory => "body_memory",
            Self::Connections => "connections",
            Self::Headers => "headers",
            Self::HeaderTimeout => "header_timeout",
            Self::Openings => "openings",
            Self::ReadTimeout => "read_timeout",
            Self::Source => "source",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DeliveryLabels {
    provider: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct IgnoredLabels {
    provider: String,
    class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabel {
    provider: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabel {
    reason: &'static str,
}

/// A histogram whose buckets name a trace each.
type TracedHistogram = HistogramWithExemplars<TraceLabel>;

/// The metrics of the gateway. Clones share them. Every label has a closed set of values, except
/// the provider, which is the name of a loaded one.
#[derive(Clone, Debug)]
pub struct GatewayMetrics {
    deliveries: Family<DeliveryLabels, Counter>,
    ignored: Family<IgnoredLabels, Counter>,
    durations: Family<OutcomeLabel, TracedHistogram, fn() -> TracedHistogram>,
    verifications: Family<ProviderLabel, Histogram, fn() -> Histogram>,
    limits: Family<LimitLabel, Counter>,
    refused: Family<RefusedLabel, Counter>,
    bodies: Gauge,
    connections: Gauge,
    draining: Gauge,
}

impl Default for GatewayMetrics {
    fn default() -> Self {
        let limits = Family::<LimitLabel, Counter>::default();
        for limit in ReachedLimit::ALL {
            let limit = limit.as_str();
            drop(limits.get_or_create(&LimitLabel { limit }));
        }
        let refused = Family::<RefusedLabel, Counter>::default();
        for reason in RefusedConnection::ALL {
            let reason = reason.as_str();
            drop(refused.get_or_create(&RefusedLabel { reason }));
        }
        Self {
            deliveries: Family::default(),
            ignored: Family::default(),
            // 50 µs to 46 s: only a slow sender takes longer than the answer deadline.
            durations: Family::new_with_constructor(|| {
                TracedHistogram::new(exponential_buckets(0.000_05, 2.5, 16))
            }),
            // 5 µs to 0.3 s, which is the deadline of a verification.
            verifications: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.000_005, 2.5, 13))
            }),
            limits,
            refused,
            bodies: Gauge::default(),
            connections: Gauge::default(),
            draining: Gauge::default(),
        }
    }
}

impl GatewayMetrics {
    /// Adds the metrics to `registry`. Each name has the prefix `bellpull_`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "bellpull_deliveries",
            "Deliveries by provider and outcome",
            self.deliveries.clone(),
        );
        registry.register(
            "bellpull_ignored",
            "Authentic deliveries of no interest, by provider and class",
            self.ignored.clone(),
        );
        registry.register_with_unit(
            "bellpull_delivery_duration",
            "From a delivery's headers to its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register_with_unit(
            "bellpull_verification_duration",
            "How long verification took, waiting for a permit included",
            Unit::Seconds,
            self.verifications.clone(),
        );
        registry.register(
            "bellpull_limits_reached",
            "Senders stopped by a limit; header_timeout counts connections that never had a request",
            self.limits.clone(),
        );
        registry.register(
            "bellpull_connections_refused",
            "Connections closed before their first request, by reason",
            self.refused.clone(),
        );
        registry.register_with_unit(
            "bellpull_bodies_in_flight",
            "Memory held by deliveries: bodies, heads, and what is made of them",
            Unit::Bytes,
            self.bodies.clone(),
        );
        registry.register(
            "bellpull_connections",
            "Connections open for webhooks",
            self.connections.clone(),
        );
        registry.register(
            "bellpull_draining",
            "1 while the process drains",
            self.draining.clone(),
        );
    }

    /// `trace` becomes the exemplar of how long it took.
    pub(crate) fn delivered(
        &self,
        provider: Option<&str>,
        outcome: OutcomeKind,
        took: Duration,
        trace: Option<TraceId>,
    ) {
        let provider = provider.unwrap_or(NO_PROVIDER).to_owned();
        let outcome = outcome.as_str();
        self.deliveries
            .get_or_create(&DeliveryLabels { provider, outcome })
            .inc();
        self.durations
            .get_or_create(&OutcomeLabel { outcome })
            .observe(took.as_secs_f64(), trace.map(TraceLabel::from), None);
    }

    pub(crate) fn ignored(&self, provider: &str, class: IgnoreClass) {
        let labels = IgnoredLabels {
            provider: provider.to_owned(),
            class: class.as_str(),
        };
        self.ignored.get_or_create(&labels).inc();
    }

    pub(crate) fn verified(&self, provider: &str, took: Duration) {
        let provider = provider.to_owned();
        self.verifications
            .get_or_create(&ProviderLabel { provider })
            .observe(took.as_secs_f64());
    }

    pub(crate) fn limit(&self, limit: ReachedLimit) {
        let limit = limit.as_str();
        self.limits.get_or_create(&LimitLabel { limit }).inc();
    }

    pub(crate) fn refused(&self, refused: RefusedConnection) {
        let reason = refused.as_str();
        self.refused.get_or_create(&RefusedLabel { reason }).inc();
    }

    pub(crate) fn set_connections(&self, open: usize) {
        self.connections.set(gauge(open));
    }

    /// For the memory of deliveries, which sets it.
    pub(crate) fn bodies(&self) -> Gauge {
        self.bodies.clone()
    }

    pub(crate) fn set_draining(&self) {
        self.draining.set(1);
    }
}

fn gauge(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
