use std::sync::Arc;
use std::time::Duration;

use bellpull_core::Patch;
use bellpull_filter::CelFilters;
use bellpull_notify::Notifier;
use bellpull_ports::{Host, Targets};
use bellpull_sandbox::Sandbox;

use super::publish::Source;

/// Where objects are and how they are notified.
pub(super) trait Place: Send + Sync + 'static {
    type Targets: Targets;
    type Patch: Patch;
    type Source: Source;
}

/// One place, set up.
pub(super) struct Backend<P: Place> {
    pub(super) targets: P::Targets,
    pub(super) patch: P::Patch,
    pub(super) source: P::Source,
    /// Until an attempt to notify counts as failed.
    pub(super) attempt: Duration,
}

/// What deliveries are served by.
pub(super) struct Serving<P: Place> {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) filters: CelFilters,
    pub(super) targets: P::Targets,
    pub(super) notifier: Notifier<P::Patch>,
}

impl<P: Place> Host for Serving<P> {
    type Verify = Sandbox;
    type Filters = CelFilters;
    type Targets = P::Targets;
    type Notify = Notifier<P::Patch>;

    fn verifier(&self) -> &Sandbox {
        &self.sandbox
    }

    fn filters(&self) -> &CelFilters {
        &self.filters
    }

    fn targets(&self) -> &P::Targets {
        &self.targets
    }

    fn notifier(&self) -> &Notifier<P::Patch> {
        &self.notifier
    }
}
