use std::collections::HashMap;
use std::sync::Arc;

use bellpull_trust::DeclaredPlugins;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::context::{KeeperContext, KeeperParts};
use super::news::PluginNews;
use super::task::PluginTask;

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
        let context = Arc::new(parts.context(news));
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
