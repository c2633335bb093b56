//! Traces of deliveries, which go to a collector by OTLP.
//!
//! One span of a trace is the delivery. Its children are the steps of its road, and the attempts to notify,
//! which may come after the answer. Nothing here waits for the collector.

mod attempt_spans;
mod bounded;
mod delivery_trace;
mod export;
mod metrics;
mod reports;
mod tracer;

#[cfg(test)]
mod tests;

pub(crate) use attempt_spans::AttemptSpans;
pub use delivery_trace::DeliveryTrace;
pub use export::Collector;
pub use metrics::TraceMetrics;
pub use tracer::{DeliveryTracer, TraceSettings};
