//! What is told of each delivery to the systems that watch Bellpull: metrics of its Receiver.
//!
//! [`ReceiverMetrics`] counts for each Receiver that exists, and [`ObservedPatch`] adds what an attempt to
//! notify has shown.

mod observed_patch;
mod receivers;

pub use observed_patch::ObservedPatch;
pub use receivers::ReceiverMetrics;
