use std::sync::Arc;
use std::time::Duration;

use bellpull_cluster::{AccessReviews, ClusterMetrics};
use bellpull_core::Patch;
use bellpull_filter::CelFilters;
use bellpull_notify::Notifier;
use bellpull_ports::{Host, Targets};
use bellpull_records::RecordedPatch;
use bellpull_sandbox::Sandbox;
use bellpull_telemetry::ObservedPatch;
use bellpull_trust::DeclaredPlugins;
use bellpull_trust::status::DeclaredStates;
use tokio::sync::watch;

use super::object_source::ObjectSource;

/// Where objects are read and notified: a directory or a cluster.
pub(super) trait Platform: Send + Sync + 'static {
    type Targets: Targets;
    type Patch: Patch;
    type Source: ObjectSource;
}

/// The parts of a platform, set up.
pub(super) struct PlatformParts<P: Platform> {
    pub(super) targets: P::Targets,
    pub(super) patch: P::Patch,
    pub(super) source: P::Source,
    pub(super) plugins: PlatformPlugins,
    /// Longest attempt to notify a target.
    pub(super) attempt: Duration,
    /// Knows whether this replica leads. `None`: there is no other.
    pub(super) leader: Option<ClusterMetrics>,
    /// Who may do what, where an API server knows.
    pub(super) access: Option<AccessReviews>,
}

/// The ReceiverPlugins of a platform.
pub(super) struct PlatformPlugins {
    /// What keeps those of this place apart from others in the cache.
    pub(super) place: String,
    /// Bellpull's own namespace.
    pub(super) own: String,
    pub(super) declared: watch::Receiver<Arc<DeclaredPlugins>>,
    /// Takes what is known of them.
    pub(super) states: watch::Sender<Arc<DeclaredStates>>,
}

/// The notifier of a platform, whose attempts are observed and recorded.
pub(super) type ServingNotifier<P> = Notifier<RecordedPatch<ObservedPatch<<P as Platform>::Patch>>>;

/// What a delivery meets on its road while this process serves.
pub(super) struct ServingHost<P: Platform> {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) filters: CelFilters,
    pub(super) targets: P::Targets,
    pub(super) notifier: ServingNotifier<P>,
}

impl<P: Platform> Host for ServingHost<P> {
    type Verify = Sandbox;
    type Filters = CelFilters;
    type Targets = P::Targets;
    type Notify = ServingNotifier<P>;

    fn verifier(&self) -> &Sandbox {
        &self.sandbox
    }

    fn filters(&self) -> &CelFilters {
        &self.filters
    }

    fn targets(&self) -> &P::Targets {
        &self.targets
    }

    fn notifier(&self) -> &ServingNotifier<P> {
        &self.notifier
    }
}
