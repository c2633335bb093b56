use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bellpull_trust::DeclaredPlugins;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use super::fetch::ArtefactFetcher;
use super::news::PluginNews;
use super::policy::OperatorPolicy;
use super::store::ArtefactStore;
use super::task::PluginTask;
use crate::plan_types::SandboxRoutes;
use crate::providers::Loader;
use crate::settings::CacheArgs;

/// How many components are pulled at once. Each is in memory, whole.
const PULLS: usize = 2;

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
    pub(super) pulls: Semaphore,
    pub(super) news: mpsc::UnboundedSender<PluginNews>,
}

/// Keeps a task for each ReceiverPlugin.
pub(crate) struct PluginKeeper {
    context: Arc<KeeperContext>,
    declared: watch::Receiver<Arc<DeclaredPlugins>>,
    tasks: HashMap<String, PluginTaskHandle>,
}

/// Ends its task when it is dropped.
struct PluginTaskHandle(JoinHandle<()>);

impl Drop for PluginTaskHandle {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl PluginKeeper {
    /// A keeper of these objects, and what it will tell of them.
    pub(crate) fn new(
        parts: KeeperParts,
        declared: watch::Receiver<Arc<DeclaredPlugins>>,
    ) -> (Self, mpsc::UnboundedReceiver<PluginNews>) {
        let (news, told) = mpsc::unbounded_channel();
        let context = Arc::new(KeeperContext {
            own: parts.own,
            policy: parts.policy,
            fetcher: parts.fetcher,
            store: parts.store,
            loader: parts.loader,
            cache: parts.cache,
            routes: parts.routes,
            pulls: Semaphore::new(PULLS),
            news,
        });
        let keeper = Self {
            context,
            declared,
            tasks: HashMap::new(),
        };
        (keeper, told)
    }

    /// Restores what served each object last, and asks no registry.
    pub(super) async fn restore(&self) {
        let declared = Arc::clone(&self.declared.borrow());
        for name in declared.plugins.keys() {
            let context = Arc::clone(&self.context);
            let task = PluginTask::new(name, context, self.declared.clone());
            task.restore_only().await;
        }
    }

    /// Follows the objects for as long as this future is polled.
    pub(crate) async fn run(mut self) {
        loop {
            let declared = Arc::clone(&self.declared.borrow_and_update());
            for name in declared.plugins.keys() {
                if !self.tasks.contains_key(name) {
                    let context = Arc::clone(&self.context);
                    let task = PluginTask::new(name, context, self.declared.clone());
                    let task = PluginTaskHandle(tokio::spawn(task.run()));
                    self.tasks.insert(name.clone(), task);
                }
            }
            let gone = self
                .tasks
                .extract_if(|name, _| !declared.plugins.contains_key(name));
            for (name, mut task) in gone {
                tracing::info!(plugin = name, "ReceiverPlugin gone");
                // It must not tell anything any more.
                task.0.abort();
                drop((&mut task.0).await);
                self.context.store.forget(&name);
                // The follower of plugins ends only with the process.
                drop(self.context.news.send(PluginNews { name, kept: None }));
            }
            if self.declared.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
