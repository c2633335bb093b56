use std::time::Duration;

use bellpull_core::limits;

/// The settings of the notifier. The defaults are those of [`bellpull_core::limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifySettings {
    /// Concurrent attempts over all targets. Zero counts as one.
    pub slots: usize,
    /// The most pending targets. A target counts once for each Receiver that waits for it, however
    /// many of the Receiver's deliveries do. Namespaces and Receivers have shares.
    pub max_pending: usize,
    /// An attempt that takes longer counts as failed.
    pub attempt: Duration,
    /// How long a delivery is retried after its first failure.
    pub retry: Duration,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            slots: limits::MAX_NOTIFICATIONS,
            max_pending: limits::MAX_PENDING_TARGETS,
            attempt: limits::NOTIFY_ATTEMPT,
            retry: limits::NOTIFY_RETRY,
        }
    }
}
