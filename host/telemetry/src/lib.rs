//! What is told of each delivery to the systems that watch Bellpull: metrics of its Receiver, and its trace.
//!
//! [`ReceiverMetrics`] counts for each Receiver that exists. A [`DeliveryTracer`] makes a [`DeliveryTrace`]
//! of each delivery. [`ObservedPatch`] adds the attempts to notify to both.

mod exemplar;
mod observed_patch;
mod receivers;
mod telemetry;
mod traces;

pub use exemplar::TraceLabel;
pub use observed_patch::ObservedPatch;
pub use receivers::ReceiverMetrics;
pub use telemetry::Telemetry;
pub use traces::{
    Collector, DeliveryTrace, DeliveryTracer, TraceMetrics, TraceSettings, TracedEnd,
};
