//! Notifies targets: deliveries coalesce, Receivers share the slots fairly, failures are retried.
//!
//! Each target with a waiting delivery has a queue, and one worker task serves it. The worker waits
//! for a slot, takes all deliveries that have come by then, and makes one attempt for them.
//! Deliveries that arrive during an attempt share the next one. So every delivery is followed by an
//! attempt that began after it was queued. A target in backoff holds no slot.
//!
//! A delivery may ask for a least interval since the last notification of its target. It is then
//! postponed: the attempt for it begins when the interval has passed, or another delivery asks for no
//! interval, or the process ends. The queue of a target that was notified stays for the longest
//! interval that was asked for. Without intervals nothing of a notified target stays.

mod clock;
mod concurrency;
mod metrics;
mod notifier;
mod pace;
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
