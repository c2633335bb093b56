use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bellpull_core::plan::{Objects, Reason, ReceiverState};
use bellpull_core::ports::Egress;
use bellpull_core::{Entry, ReceiverId};
use bellpull_filter::CelFilters;
use bellpull_gateway::Latch;
use tokio::sync::watch;

use super::plugins::Published;
use crate::host::{Plan, Planner, Routes};

/// How soon a component that failed to configure a Receiver is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// Where plans are made from: a directory, or a cluster.
pub(super) trait Source: Send + 'static {
    /// Returns when something has changed since objects were last taken; false: nothing will any
    /// more. A future that is dropped misses nothing.
    fn changed(&mut self) -> impl Future<Output = bool> + Send;

    /// What is known now.
    fn objects(&mut self) -> Arc<Objects>;

    /// Told right before routes are published: targets that they name are to be known.
    fn publishing(&mut self);

    /// Told of what has been published.
    fn published(&mut self, receivers: &[Arc<ReceiverState>]);
}

/// Turns what a source says, and which components there are, into routes: one whole snapshot after
/// another. The routes of a snapshot are bound to the components of one catalog.
pub(super) struct Publisher<S> {
    source: S,
    catalogs: watch::Receiver<Published>,
    routes: Arc<ArcSwap<Routes>>,
    plugins_read: Latch,
    planner: Planner,
    filters: CelFilters,
    egress: Arc<dyn Egress>,
    said: HashMap<ReceiverId, Arc<ReceiverState>>,
}

impl<S: Source> Publisher<S> {
    pub(super) fn new(
        source: S,
        catalogs: watch::Receiver<Published>,
        routes: Arc<ArcSwap<Routes>>,
        plugins_read: Latch,
        planner: Planner,
        filters: CelFilters,
        egress: Arc<dyn Egress>,
    ) -> Self {
        Self {
            source,
            catalogs,
            routes,
            plugins_read,
            planner,
            filters,
            egress,
            said: HashMap::new(),
        }
    }

    /// Publishes each change until the source has no more.
    pub(super) async fn follow(mut self) {
        loop {
            let failing = self.said.values().any(|state| state.reason.may_pass());
            let watched = tokio::select! {
                changed = self.source.changed() => changed,
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
        let objects = self.source.objects();
        let Published { catalog, complete } = self.catalogs.borrow_and_update().clone();
        let mut plan = self.planner.plan(&objects, &catalog, &self.filters).await;
        self.expect_issuers(&plan);
        self.source.publishing();
        self.routes
            .store(Arc::new(std::mem::take(&mut plan.routes)));
        if complete {
            self.plugins_read.open();
        } else {
            // What a plugin that is still read would say may be the opposite.
            plan.receivers
                .retain(|state| state.reason != Reason::ProviderNotLoaded);
        }
        self.source.published(&plan.receivers);
        self.say(plan);
    }

    /// Has the keys of issuers at hand before the first token comes.
    fn expect_issuers(&self, plan: &Plan) {
        let issuers = plan.routes.iter().filter_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some(&route.bound.binding.issuers),
            Entry::Unavailable { .. } => None,
        });
        for issuer in issuers.flatten() {
            self.egress.expect_issuer(issuer);
        }
    }

    fn say(&mut self, plan: Plan) {
        let mut said = HashMap::with_capacity(plan.receivers.len());
        for state in plan.receivers {
            let before = self.said.get(&state.id);
            if state.settled && before != Some(&state) {
                say(&state, before.map(AsRef::as_ref));
            }
            said.insert(state.id.clone(), state);
        }
        for gone in self.said.keys().filter(|id| !said.contains_key(id)) {
            tracing::info!(receiver = %gone, "receiver gone");
        }
        self.said = said;
    }
}

/// The message of a ready Receiver holds its path, so it is not logged; its warnings are, when there
/// are others than `before`.
fn say(state: &ReceiverState, before: Option<&ReceiverState>) {
    let (receiver, provider) = (&state.id, state.provider.as_str());
    if state.ready {
        let authentication = state
            .authentication
            .map(|authentication| authentication.as_str());
        tracing::info!(%receiver, provider, authentication, "receiver ready");
        let known = before
            .filter(|before| before.settled)
            .map(|before| &before.warnings);
        if !state.warnings.is_empty() && known != Some(&state.warnings) {
            let warnings = state.warnings.join("; ");
            tracing::warn!(%receiver, provider, warnings, "receiver ready, with warnings");
        }
    } else {
        let (reason, detail) = (state.reason.as_str(), &state.message);
        tracing::warn!(%receiver, provider, reason, detail, "receiver not ready");
    }
}
