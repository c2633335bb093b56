//! What is told of each delivery to the systems that watch Bellpull: metrics of its Receiver, and its trace.
//!
//! [`ReceiverMetrics`] counts for each Receiver that exists. A [`DeliveryTracer`] makes a [`DeliveryTrace`]
//! of each delivery. [`ObservedPatch`] adds the attempts to notify to both.

mod exemplar;
#[cfg(not(feature = "traces"))]
mod no_traces;
mod observed_patch;
mod receivers;
mod telemetry;
mod traced_end;
#[cfg(feature = "traces")]
mod traces;

pub use exemplar::TraceLabel;
pub use observed_patch::ObservedPatch;
pub use receivers::ReceiverMetrics;
pub use telemetry::Telemetry;
pub use traced_end::TracedEnd;
#[cfg(feature = "traces")]
pub use traces::{Collector, TraceMetrics, TraceSettings};
pub use traces::{DeliveryTrace, DeliveryTracer};

#[cfg(not(feature = "traces"))]
use no_traces as traces;
