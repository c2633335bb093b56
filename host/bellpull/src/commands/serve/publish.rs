use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bellpull_core::plan::{Planner, Reason, ReceiverState};
use bellpull_core::{ReceiverId, Routes};
use bellpull_folder::{FolderTargets, Loaded};
use bellpull_gateway::Latch;
use tokio::sync::watch;

use super::plugins::Published;

/// How soon a component that failed to configure a Receiver is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// Turns what the directory says, and which components there are, into routes: one whole snapshot
/// after another. The routes of a snapshot are bound to the components of one catalog.
pub(super) struct Publisher {
    manifests: watch::Receiver<Arc<Loaded>>,
    catalogs: watch::Receiver<Published>,
    routes: Arc<ArcSwap<Routes>>,
    targets: FolderTargets,
    plugins_read: Latch,
    planner: Planner,
    said: HashMap<ReceiverId, Arc<ReceiverState>>,
}

impl Publisher {
    pub(super) fn new(
        manifests: watch::Receiver<Arc<Loaded>>,
        catalogs: watch::Receiver<Published>,
        routes: Arc<ArcSwap<Routes>>,
        targets: FolderTargets,
        plugins_read: Latch,
    ) -> Self {
        Self {
            manifests,
            catalogs,
            routes,
            targets,
            plugins_read,
            planner: Planner::new(),
            said: HashMap::new(),
        }
    }

    /// Publishes each change until the directory is no longer watched.
    pub(super) async fn follow(mut self) {
        loop {
            let failing = self
                .said
                .values()
                .any(|state| state.reason == Reason::ProviderFaulted);
            let watched = tokio::select! {
                changed = self.manifests.changed() => changed.is_ok(),
                // Without plugin directories nobody publishes another catalog.
                Ok(()) = self.catalogs.changed() => true,
                () = tokio::time::sleep(ASK_AGAIN), if failing => true,
            };
            if !watched {
                break;
            }
            self.publish().await;
        }
        tracing::error!("the manifests are no longer watched; what was read last serves on");
    }

    /// Publishes what is known now.
    pub(super) async fn publish(&mut self) {
        let manifests = Arc::clone(&self.manifests.borrow_and_update());
        let Published { catalog, complete } = self.catalogs.borrow_and_update().clone();
        for error in &manifests.errors {
            tracing::error!(%error, "manifest");
        }
        let plan = self.planner.plan(&manifests.objects, &catalog).await;
        self.targets.replace(Arc::clone(&manifests.targets));
        self.routes.store(Arc::new(plan.routes));
        if complete {
            self.plugins_read.open();
        }
        let mut said = HashMap::with_capacity(plan.receivers.len());
        for state in plan.receivers {
            if self.said.get(&state.id) != Some(&state) {
                say(&state);
            }
            said.insert(state.id.clone(), state);
        }
        for gone in self.said.keys().filter(|id| !said.contains_key(id)) {
            tracing::info!(receiver = %gone, "receiver gone");
        }
        self.said = said;
    }
}

/// The message of a ready Receiver holds its path, so it is not logged; its warnings are.
fn say(state: &ReceiverState) {
    let (receiver, provider) = (&state.id, state.provider.as_str());
    if state.ready {
        let authentication = state
            .authentication
            .map(|authentication| authentication.as_str());
        let warnings = (!state.warnings.is_empty()).then(|| state.warnings.join("; "));
        tracing::info!(%receiver, provider, authentication, warnings, "receiver ready");
    } else {
        let detail = &state.message;
        tracing::warn!(%receiver, provider, reason = state.reason.as_str(), detail, "receiver not ready");
    }
}
