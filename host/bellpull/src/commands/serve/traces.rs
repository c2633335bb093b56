//! Who traces deliveries.

use std::time::Duration;

use anyhow::Result;
use bellpull_telemetry::{Collector, DeliveryTracer, Telemetry, TraceMetrics, TraceSettings};
use prometheus_client::registry::Registry;
use tokio::runtime::Handle;

use crate::egress::network_settings;
use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// How long the process waits for the collector at the end.
const LAST_EXPORT: Duration = Duration::from_secs(3);

/// `None`: no collector is named.
pub(super) fn tracer(
    arguments: &ServeArgs,
    registry: &mut Registry,
) -> Result<Option<DeliveryTracer>> {
    let Some(endpoint) = arguments.traces.endpoint() else {
        return Ok(None);
    };
    let metrics = TraceMetrics::default();
    metrics.register(registry);
    for warning in arguments.traces.warnings() {
        tracing::warn!("{warning}");
    }
    let network = network_settings(&arguments.egress.network)?;
    let collector = Collector::new(endpoint, &network, Handle::current());
    let collector = collector.map_err(|error| UsageError(format!("--otlp-endpoint: {error}")))?;
    let settings = TraceSettings {
        collector,
        trust_traceparent: arguments.traces.trust_traceparent,
    };
    let tracer = DeliveryTracer::new(settings, &metrics);
    Ok(Some(tracer.map_err(|error| {
        UsageError(format!("traces by OTLP: {error}"))
    })?))
}

/// Sends the last spans.
pub(super) async fn end(telemetry: Telemetry) {
    if let Some(tracer) = telemetry.tracer {
        // It blocks, and its requests run on this runtime.
        let ended = tokio::task::spawn_blocking(move || tracer.end(LAST_EXPORT));
        if let Err(error) = ended.await {
            tracing::error!(%error, "the last spans are lost");
        }
    }
}
