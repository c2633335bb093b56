//! ReceiverPlugins: followed with everything that they name, and their status written.

mod follower;
mod materials;
mod reports;
mod rollback;
mod status_writer;
mod watched_plugin;

use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_trust::DeclaredPlugins;
use bellpull_trust::status::PluginState;
use tokio::sync::watch;

pub(crate) use follower::DeclaredFollower;
pub use rollback::roll_back;
pub(crate) use status_writer::PluginStatusWriter;

/// What this replica knows of each ReceiverPlugin, by name.
pub type PluginStates = BTreeMap<String, PluginState>;

/// The ReceiverPlugins of a cluster.
pub struct ClusterPlugins {
    /// The objects, now and later.
    pub declared: watch::Receiver<Arc<DeclaredPlugins>>,
    /// Takes what is to be said of them.
    pub states: watch::Sender<Arc<PluginStates>>,
}
