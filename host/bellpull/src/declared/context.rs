use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{Semaphore, mpsc};

use super::fetch::ArtefactFetcher;
use super::news::PluginNews;
use super::policy::OperatorPolicy;
use super::pull_turns::PullTurns;
use super::store::ArtefactStore;
use crate::plan_types::SandboxRoutes;
use crate::providers::Loader;
use crate::settings::CacheArgs;

/// What ReceiverPlugins are kept with.
pub(crate) struct KeeperParts {
    /// Bellpull's own namespace.
    pub(crate) own: String,
    pub(crate) policy: OperatorPolicy,
    pub(crate) fetcher: ArtefactFetcher,
    pub(crate) store: Arc<ArtefactStore>,
    pub(crate) loader: Arc<Loader>,
    pub(crate) cache: CacheArgs,
    pub(crate) routes: Arc<ArcSwap<SandboxRoutes>>,
}

/// What all tasks share.
pub(super) struct KeeperContext {
    pub(super) own: String,
    pub(super) policy: OperatorPolicy,
    pub(super) fetcher: ArtefactFetcher,
    pub(super) store: Arc<ArtefactStore>,
    pub(super) loader: Arc<Loader>,
    pub(super) cache: CacheArgs,
    pub(super) routes: Arc<ArcSwap<SandboxRoutes>>,
    pub(super) pulls: PullTurns,
    /// Loading a component computes for long without a pause. One at a time leaves the other threads to
    /// deliveries.
    pub(super) loads: Semaphore,
    pub(super) news: mpsc::UnboundedSender<PluginNews>,
}

impl KeeperParts {
    /// What all tasks share, with where they tell their news.
    pub(super) fn context(self, news: mpsc::UnboundedSender<PluginNews>) -> KeeperContext {
        KeeperContext {
            own: self.own,
            policy: self.policy,
            fetcher: self.fetcher,
            store: self.store,
            loader: self.loader,
            cache: self.cache,
            routes: self.routes,
            pulls: PullTurns::new(),
            loads: Semaphore::new(1),
            news,
        }
    }
}
