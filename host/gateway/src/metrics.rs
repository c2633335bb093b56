use std::sync::Arc;
use std::time::Duration;

use bellpull_core::OutcomeKind;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Label of deliveries that no provider was found for.
pub(crate) const NO_PROVIDER: &str = "none";

/// What the gateway counts. No label carries a path, a token or free text.
#[derive(Clone, Debug)]
pub struct Metrics {
    deliveries: Family<DeliveryLabels, Counter>,
    delivery_seconds: Family<OutcomeLabels, Histogram, fn() -> Histogram>,
    verification_seconds: Family<ProviderLabels, Histogram, fn() -> Histogram>,
    limits: Family<LimitLabels, Counter>,
    pub(crate) bodies_in_flight: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) draining: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DeliveryLabels {
    provider: Arc<str>,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabels {
    provider: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

/// A limit that a sender ran into.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    BodySize,
    BodiesInFlight,
    Connections,
    HeaderSize,
    HeaderTimeout,
    ReadTimeout,
}

impl Limit {
    const ALL: [Self; 6] = [
        Self::BodySize,
        Self::BodiesInFlight,
        Self::Connections,
        Self::HeaderSize,
        Self::HeaderTimeout,
        Self::ReadTimeout,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::BodySize => "body_size",
            Self::BodiesInFlight => "bodies_in_flight",
            Self::Connections => "connections",
            Self::HeaderSize => "header_size",
            Self::HeaderTimeout => "header_timeout",
            Self::ReadTimeout => "read_timeout",
        }
    }
}

/// 50 µs to 13 s: a verification takes tens of microseconds, an answer seconds at most.
fn delivery_buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.000_05, 2.5, 14))
}

/// 5 µs to 0.3 s: the deadline of a verification.
fn verification_buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.000_005, 2.5, 13))
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            deliveries: Family::default(),
            delivery_seconds: Family::new_with_constructor(delivery_buckets),
            verification_seconds: Family::new_with_constructor(verification_buckets),
            limits: Family::default(),
            bodies_in_flight: Gauge::default(),
            connections: Gauge::default(),
            draining: Gauge::default(),
        };
        for limit in Limit::ALL {
            drop(metrics.limits.get_or_create(&LimitLabels { limit: limit.as_str() }));
        }
        metrics
    }
}

impl Metrics {
    /// Adds the metrics to a registry.
    pub fn register(&self, registry: &mut Registry) {
        let Self {
            deliveries,
            delivery_seconds,
            verification_seconds,
            limits,
            bodies_in_flight,
            connections,
            draining,
        } = self;
        registry.register(
            "bellpull_deliveries",
            "Deliveries by provider and outcome",
            deliveries.clone(),
        );
        registry.register_with_unit(
            "bellpull_delivery_duration",
            "From the request's headers to its answer",
            Unit::Seconds,
            delivery_seconds.clone(),
        );
        registry.register_with_unit(
            "bellpull_verification_duration",
            "A component's verdict, the wait for its permit included",
            Unit::Seconds,
            verification_seconds.clone(),
        );
        registry.register(
            "bellpull_limit_reached",
            "How often senders ran into a limit",
            limits.clone(),
        );
        registry.register_with_unit(
            "bellpull_bodies_in_flight",
            "Memory reserved for bodies",
            Unit::Bytes,
            bodies_in_flight.clone(),
        );
        registry.register("bellpull_connections", "Connections open", connections.clone());
        registry.register("bellpull_draining", "1 while shutting down", draining.clone());
    }

    pub(crate) fn delivered(&self, provider: Arc<str>, outcome: OutcomeKind, took: Duration) {
        let outcome = outcome.as_str();
        self.deliveries.get_or_create(&DeliveryLabels { provider, outcome }).inc();
        self.delivery_seconds.get_or_create(&OutcomeLabels { outcome }).observe(took.as_secs_f64());
    }

    pub(crate) fn verified(&self, provider: Arc<str>, took: Duration) {
        let labels = ProviderLabels { provider };
        self.verification_seconds.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(crate) fn limit(&self, limit: Limit) {
        self.limits.get_or_create(&LimitLabels { limit: limit.as_str() }).inc();
    }
}
