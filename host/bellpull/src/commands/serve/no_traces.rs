//! A build without the feature `traces`.

use anyhow::{Result, bail};
use bellpull_telemetry::{DeliveryTracer, Telemetry};
use prometheus_client::registry::Registry;

use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// # Errors
/// When a flag names a collector.
pub(super) fn tracer(arguments: &ServeArgs, _: &mut Registry) -> Result<Option<DeliveryTracer>> {
    const NONE: &str = "this build of Bellpull has no traces (feature `traces`)";
    let flags = [
        ("--otlp-endpoint", arguments.traces.otlp_endpoint.is_some()),
        ("--trust-traceparent", arguments.traces.trust_traceparent),
    ];
    if let Some((flag, _)) = flags.iter().find(|(_, is_set)| *is_set) {
        bail!(UsageError(format!("{flag}: {NONE}")));
    }
    // A variable may be meant for other programs too.
    if arguments.traces.endpoint().is_some() {
        tracing::warn!("the variables of OTLP are not followed: {NONE}");
    }
    Ok(None)
}

#[expect(clippy::unused_async, reason = "with traces it waits")]
pub(super) async fn end(_: Telemetry) {}
