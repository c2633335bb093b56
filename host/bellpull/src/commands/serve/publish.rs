use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_core::plan::{Planner, ReceiverState};
use bellpull_core::{ReceiverId, Routes};
use bellpull_folder::{FolderTargets, Loaded};
use bellpull_sandbox::Sandbox;
use tokio::sync::watch;

/// Turns what the directory says into routes, one whole snapshot after another.
pub(super) struct Publisher {
    sandbox: Arc<Sandbox>,
    routes: Arc<ArcSwap<Routes>>,
    targets: FolderTargets,
    planner: Planner,
    said: HashMap<ReceiverId, ReceiverState>,
}

impl Publisher {
    pub(super) fn new(
        sandbox: Arc<Sandbox>,
        routes: Arc<ArcSwap<Routes>>,
        targets: FolderTargets,
    ) -> Self {
        Self {
            sandbox,
            routes,
            targets,
            planner: Planner::new(),
            said: HashMap::new(),
        }
    }

    /// Publishes each change until the directory is no longer watched.
    pub(super) async fn follow(mut self, mut manifests: watch::Receiver<Arc<Loaded>>) {
        while manifests.changed().await.is_ok() {
            let loaded = Arc::clone(&manifests.borrow_and_update());
            self.publish(&loaded).await;
        }
        tracing::error!("the manifests are no longer watched; what was read last serves on");
    }

    /// Publishes what the directory says now.
    pub(super) async fn publish(&mut self, loaded: &Loaded) {
        for error in &loaded.errors {
            tracing::error!(%error, "manifest");
        }
        let plan = self.planner.plan(&loaded.objects, &*self.sandbox).await;
        self.targets.replace(Arc::clone(&loaded.targets));
        self.routes.store(Arc::new(plan.routes));
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
        tracing::warn!(%receiver, provider, reason = state.reason, detail, "receiver not ready");
    }
}
