//! Reads a cluster once, with the rights of whoever runs a command.

mod ask;
mod receivers;
mod targets;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellpull_core::ReceiverObject;
use bellpull_core::names::is_subdomain;
use bellpull_plan::SecretState;
use bellpull_trust::PluginObject;
use futures_util::future::join_all;
use kube::Api;
use kube::api::ListParams;

use crate::plugins::WatchedPlugin;
use crate::{ClusterClients, api_error, read_secret};

use ask::ask;
pub use receivers::LiveReceiver;
pub use targets::ListedTargets;

/// Reads the objects of a namespace, or of all.
pub struct ClusterReader {
    clients: ClusterClients,
    /// `None`: all namespaces.
    namespace: Option<String>,
}

/// Why objects could not be read: `what` was asked for, and the API server's own words, which name verb,
/// resource and namespace where a right is missing.
#[derive(Debug, thiserror::Error)]
#[error("{what} cannot be read from {server}: {why}")]
pub struct ReadError {
    what: &'static str,
    server: String,
    why: String,
}

impl ClusterReader {
    #[must_use]
    pub fn new(clients: ClusterClients, namespace: Option<String>) -> Self {
        Self { clients, namespace }
    }

    /// Reads the Secrets that these Receivers name, one by one, so that the right to `get` them suffices.
    /// One that cannot be read is unavailable, for the reason that the API server tells.
    pub async fn secrets_of(
        &self,
        receivers: &[Arc<ReceiverObject>],
    ) -> HashMap<(String, String), SecretState> {
        let named = receivers.iter().filter_map(|receiver| {
            let reference = receiver.spec.secret_ref.as_ref()?;
            is_subdomain(&reference.name)
                .then(|| (receiver.id.namespace.clone(), reference.name.clone()))
        });
        let named: BTreeSet<(String, String)> = named.collect();
        let read = named.into_iter().map(|key| async {
            let state = match read_secret::read(&self.clients.calling, &key).await {
                Ok(Some(read)) => SecretState::Present(Arc::new(read.secret)),
                Ok(None) => SecretState::not_found(&key.1),
                Err(why) => SecretState::Unavailable(why.into()),
            };
            (key, state)
        });
        join_all(read).await.into_iter().collect()
    }

    /// The ReceiverPlugins, by name. A cluster that does not know the kind has none.
    ///
    /// # Errors
    /// When they may not be listed, or the API server does not answer.
    pub async fn plugins(&self) -> Result<BTreeMap<String, Arc<PluginObject>>, ReadError> {
        let api: Api<WatchedPlugin> = Api::all(self.clients.calling.clone());
        let all = ListParams::default();
        let listed = match ask(|| api.list(&all)).await {
            Ok(listed) => listed.items,
            Err(error) if api_error::status(&error) == Some(404) => Vec::new(),
            Err(error) => return Err(self.unread("ReceiverPlugins", &error)),
        };
        let objects = listed.into_iter().map(WatchedPlugin::into_object);
        Ok(objects
            .map(|plugin| (plugin.name.clone(), Arc::new(plugin)))
            .collect())
    }

    fn unread(&self, what: &'static str, error: &kube::Error) -> ReadError {
        self.unread_because(what, &api_error::describe(error))
    }

    fn unread_because(&self, what: &'static str, why: &str) -> ReadError {
        ReadError {
            what,
            server: self.clients.server().to_owned(),
            why: why.to_owned(),
        }
    }
}
