//! What this program's roads are built on.

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Notification, Notify, Progress, ReceiverId, Target};
use bellpull_filter::CelFilters;
use bellpull_folder::FolderTargets;
use bellpull_ports::Host;
use bellpull_sandbox::{Catalog, LoadedComponent, Sandbox};
use tokio::time::Instant;

/// A Receiver that serves.
pub type Route = bellpull_ports::Route<LoadedComponent, CelFilters>;

/// Every path that is known.
pub type Routes = bellpull_ports::Routes<LoadedComponent, CelFilters>;

/// What to serve and what to say.
pub type Plan = bellpull_plan::Plan<LoadedComponent, CelFilters>;

/// What a plan needs to know.
pub(crate) type Question = bellpull_plan::Question<LoadedComponent, CelFilters>;

/// What was found out for one.
pub(crate) type Answer = bellpull_plan::Answer<LoadedComponent, CelFilters>;

/// What makes plans.
pub type Planner = bellpull_plan::Planner<LoadedComponent, CelFilters>;

/// How long a delivery may take whose sender waits for no answer: longer than anybody watches.
const UNHURRIED: Duration = Duration::from_secs(24 * 60 * 60);

/// When a delivery is answered at the latest whose sender waits for no answer.
pub(crate) fn unhurried() -> Instant {
    Instant::now() + UNHURRIED
}

/// What serves, for deliveries of which nobody is notified.
pub struct Offline {
    sandbox: Arc<Sandbox>,
    filters: CelFilters,
    targets: FolderTargets,
}

impl Offline {
    /// The components of a catalog, and the targets of a directory.
    #[must_use]
    pub fn new(catalog: &Catalog, targets: FolderTargets) -> Self {
        Self {
            sandbox: Arc::clone(catalog.sandbox()),
            filters: CelFilters::default(),
            targets,
        }
    }

    /// The components of a catalog, and no targets.
    #[must_use]
    pub fn without_targets(catalog: &Catalog) -> Self {
        Self::new(catalog, FolderTargets::new(Arc::default(), true))
    }
}

impl Host for Offline {
    type Verify = Sandbox;
    type Filters = CelFilters;
    type Targets = FolderTargets;
    type Notify = Nobody;

    fn verifier(&self) -> &Sandbox {
        &self.sandbox
    }

    fn filters(&self) -> &CelFilters {
        &self.filters
    }

    fn targets(&self) -> &FolderTargets {
        &self.targets
    }

    fn notifier(&self) -> &Nobody {
        &Nobody
    }
}

/// Takes every target as notified, and tells none.
#[derive(Debug)]
pub struct Nobody;

impl Notify for Nobody {
    fn has_room(&self, _: &ReceiverId) -> bool {
        true
    }

    async fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        _: Duration,
    ) -> Option<Progress> {
        Some(Progress {
            notified: targets.len(),
            ..Progress::default()
        })
    }
}
