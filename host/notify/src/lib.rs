//! Notifies targets: deliveries coalesce, Receivers share the slots fairly, failures are retried.
//!
//! Each target with a waiting delivery has a queue, and one worker task serves it. The worker waits
//! for a slot, takes all deliveries that have come by then, and makes one attempt for them.
//! Deliveries that arrive during an attempt share the next one. So every delivery is followed by an
//! attempt that began after it was queued. A target in backoff holds no slot.

mod clock;
mod metrics;
mod notifier;
mod pending;
mod progress;
mod settings;
mod shared;
mod target_queue;
mod target_queues;
mod worker;

#[cfg(test)]
mod tests;

pub use metrics::NotifyMetrics;
pub use notifier::Notifier;
pub use settings::NotifySettings;
