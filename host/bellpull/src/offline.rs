//! Takes deliveries along the road without a server: nobody waits, and nobody is notified.

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Notification, Notify, Progress, ReceiverId, Target};
use bellpull_filter::CelFilters;
use bellpull_folder::FolderTargets;
use bellpull_ports::Host;
use bellpull_sandbox::{Catalog, Sandbox};
use tokio::time::Instant;

/// Longer than anybody watches a command.
const UNLIMITED: Duration = Duration::from_secs(24 * 60 * 60);

/// The answer deadline of a delivery whose sender waits for no answer.
pub(crate) fn no_deadline() -> Instant {
    Instant::now() + UNLIMITED
}

/// Verifies and filters as a server does, and notifies nobody.
pub struct OfflineHost {
    sandbox: Arc<Sandbox>,
    filters: CelFilters,
    targets: FolderTargets,
}

impl OfflineHost {
    #[must_use]
    pub fn new(catalog: &Catalog, targets: FolderTargets) -> Self {
        Self {
            sandbox: Arc::clone(catalog.sandbox()),
            filters: CelFilters::default(),
            targets,
        }
    }

    #[must_use]
    pub fn without_targets(catalog: &Catalog) -> Self {
        Self::new(catalog, FolderTargets::new(Arc::default(), true))
    }
}

impl Host for OfflineHost {
    type Verify = Sandbox;
    type Filters = CelFilters;
    type Targets = FolderTargets;
    type Notify = NotifyNobody;

    fn verifier(&self) -> &Sandbox {
        &self.sandbox
    }

    fn filters(&self) -> &CelFilters {
        &self.filters
    }

    fn targets(&self) -> &FolderTargets {
        &self.targets
    }

    fn notifier(&self) -> &NotifyNobody {
        &NotifyNobody
    }
}

/// Counts every target as notified.
#[derive(Debug)]
pub struct NotifyNobody;

impl Notify for NotifyNobody {
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
