//! What is told of deliveries: metrics of Receivers, and traces.

use anyhow::Result;
use bellpull_telemetry::{ReceiverMetrics, Telemetry};
use prometheus_client::registry::Registry;

use super::traces;
use crate::settings::ServeArgs;

/// What the flags ask for, with its metrics in `registry`.
pub(super) fn telemetry(arguments: &ServeArgs, registry: &mut Registry) -> Result<Telemetry> {
    let receivers = arguments.receiver_metrics;
    let receivers = receivers.then(ReceiverMetrics::default);
    if let Some(receivers) = &receivers {
        receivers.register(registry);
    }
    Ok(Telemetry {
        receivers,
        tracer: traces::tracer(arguments, registry)?,
    })
}
