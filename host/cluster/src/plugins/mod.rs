//! ReceiverPlugins: followed with everything that they name, and their status written.

mod follower;
mod materials;
mod reports;
mod rollback;
mod status_writer;
mod watched_plugin;

use std::sync::Arc;

use bellpull_trust::DeclaredPlugins;
use bellpull_trust::status::DeclaredStates;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::ClusterClients;
use crate::metrics::ClusterMetrics;
use follower::DeclaredFollower;
use status_writer::PluginStatusWriter;
pub(crate) use watched_plugin::WatchedPlugin;

pub use rollback::roll_back;

/// The ReceiverPlugins of a cluster.
pub struct ClusterPlugins {
    /// The objects, now and later.
    pub declared: watch::Receiver<Arc<DeclaredPlugins>>,
    /// Takes what is to be said of them.
    pub states: watch::Sender<Arc<DeclaredStates>>,
}

/// Who follows ReceiverPlugins.
pub(crate) struct PluginSettings {
    pub(crate) own_namespace: String,
    pub(crate) replica: String,
}

/// Starts to follow ReceiverPlugins, and to write their status.
pub(crate) fn follow(
    clients: &ClusterClients,
    settings: PluginSettings,
    leading: watch::Receiver<bool>,
    metrics: &ClusterMetrics,
    tasks: &mut JoinSet<()>,
) -> ClusterPlugins {
    let client = || clients.calling.clone();
    let (declared, follow) = DeclaredFollower::start(
        clients.watching.clone(),
        client(),
        settings.own_namespace,
        metrics.clone(),
    );
    tasks.spawn(follow);
    let (states, told) = watch::channel(Arc::default());
    let writer = PluginStatusWriter::new(
        client(),
        leading,
        declared.clone(),
        told,
        (settings.replica, metrics.clone()),
    );
    tasks.spawn(writer.run());
    ClusterPlugins { declared, states }
}
