//! The cluster that a command reads, with the rights of whoever runs it.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use bellpull_cluster::{
    ClusterClients, ClusterReader, ConnectError, ConnectOptions, ListedTargets, LiveReceiver,
};
use bellpull_core::{KindKey, ReceiverObject};
use bellpull_folder::TargetIndex;
use bellpull_plan::{Kinds, Objects, UnreadableReceiver};
use bellpull_trust::DeclaredPlugins;

use super::loaded_objects::{LoadedObjects, ObjectPlace};
use crate::exit::UsageError;
use crate::output;
use crate::settings::{AllNamespacesArgs, ClusterReadArgs, ConnectArgs};

/// Clients of the cluster that the flags name. Sends nothing yet.
///
/// # Errors
/// When there is no such cluster: says what to give, and `otherwise` what to do without one.
pub(super) async fn connect(arguments: &ConnectArgs, otherwise: &str) -> Result<ClusterClients> {
    let clients = clients(arguments).await;
    clients.map_err(|error| told(error, otherwise))
}

/// The same, with the error that it is.
///
/// # Errors
/// When there is no such cluster.
pub(super) async fn clients(arguments: &ConnectArgs) -> Result<ClusterClients, ConnectError> {
    let options = ConnectOptions {
        kubeconfig: arguments.kubeconfig.clone(),
        context: arguments.context.clone(),
    };
    ClusterClients::new(&options).await
}

/// Says what to give, and `otherwise` what to do without a cluster.
pub(super) fn told(error: ConnectError, otherwise: &str) -> anyhow::Error {
    match error {
        ConnectError::None(reason) => UsageError(format!(
            "no cluster was found: give --kubeconfig FILE ({reason}); {otherwise}"
        ))
        .into(),
        other => anyhow!(other),
    }
}

/// A cluster, or one namespace of it.
pub(super) struct LiveCluster {
    pub(super) clients: ClusterClients,
    pub(super) reader: ClusterReader,
    /// `None`: all namespaces.
    pub(super) namespace: Option<String>,
}

impl LiveCluster {
    /// The namespace that the flags name, or that of the context, or all.
    ///
    /// # Errors
    /// When no cluster is found.
    pub(super) async fn new(objects: &ClusterReadArgs, all: AllNamespacesArgs) -> Result<Self> {
        let otherwise = "for a directory of manifests give --manifests DIR";
        let clients = connect(&objects.connect, otherwise).await?;
        let namespace = match (all.all_namespaces, &objects.namespace) {
            (true, _) => None,
            (false, Some(namespace)) => Some(namespace.clone()),
            (false, None) => Some(clients.namespace().to_owned()),
        };
        Ok(Self {
            reader: ClusterReader::new(clients.clone(), namespace.clone()),
            clients,
            namespace,
        })
    }

    /// The place as messages name it.
    pub(super) fn place(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("namespace {namespace}"),
            None => "the cluster".to_owned(),
        }
    }

    /// Reads the Receivers, their Secrets, the objects that they refer to, and ReceiverPlugins. What may
    /// not be read is the concern of those Receivers alone that need it.
    ///
    /// # Errors
    /// When the Receivers cannot be read.
    pub(super) async fn load(&self) -> Result<LoadedObjects> {
        let receivers = self.reader.receivers().await?;
        let readable = readable(&receivers);
        let targets = self.reader.targets_of(&readable).await;
        self.loaded(&receivers, readable, targets).await
    }

    /// As [`load`](Self::load), of one Receiver alone and without targets, with the path of its status. If it
    /// does not exist, all Receivers are there without their Secrets, so that a message can name them.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub(super) async fn load_receiver(
        &self,
        name: &str,
    ) -> Result<(LoadedObjects, Option<String>)> {
        let mut receivers = self.reader.receivers().await?;
        let Some(place) = receivers.iter().position(|one| one.id.name == name) else {
            let objects = objects(&receivers, readable(&receivers));
            let place = ObjectPlace::Cluster(self.place());
            return Ok((LoadedObjects::new(objects, place), None));
        };
        let receiver = [receivers.swap_remove(place)];
        let readable = readable(&receiver);
        let loaded = self.loaded(&receiver, readable, ListedTargets::default());
        let loaded = loaded.await?;
        let [receiver] = receiver;
        Ok((loaded, receiver.status.webhook_path))
    }

    async fn loaded(
        &self,
        receivers: &[LiveReceiver],
        readable: Vec<Arc<ReceiverObject>>,
        targets: ListedTargets,
    ) -> Result<LoadedObjects> {
        let secrets = self.reader.secrets_of(&readable).await;
        let kinds = Kinds {
            problems: targets.unlisted.clone(),
            ..Kinds::default()
        };
        let objects = Objects {
            secrets,
            kinds: Arc::new(kinds),
            ..objects(receivers, readable)
        };
        let (plugins, plugins_unread) = match self.reader.plugins().await {
            Ok(plugins) => (plugins, None),
            Err(error) => (BTreeMap::new(), Some(error.to_string())),
        };
        Ok(LoadedObjects {
            targets: Arc::new(TargetIndex::listed(targets.objects, targets.unlisted)),
            plugins: Arc::new(DeclaredPlugins {
                plugins,
                synced: true,
                ..DeclaredPlugins::default()
            }),
            plugins_unread,
            ..LoadedObjects::new(objects, ObjectPlace::Cluster(self.place()))
        })
    }

    /// The objects that a filter is tried for: those of these kinds, or else of every kind that Receivers
    /// refer to. Also whether every kind could be listed; one that could not is told of.
    ///
    /// # Errors
    /// When the Receivers cannot be read.
    pub(super) async fn targets(&self, kinds: Vec<KindKey>) -> Result<(TargetIndex, bool)> {
        let listed = if kinds.is_empty() {
            let receivers = readable(&self.reader.receivers().await?);
            self.reader.targets_of(&receivers).await
        } else {
            self.reader.targets(kinds).await
        };
        for why in listed.unlisted.values() {
            output::note(&format!("error: {why}"));
        }
        let is_whole = listed.unlisted.is_empty();
        let index = TargetIndex::listed(listed.objects, listed.unlisted);
        Ok((index, is_whole))
    }
}

fn readable(receivers: &[LiveReceiver]) -> Vec<Arc<ReceiverObject>> {
    let readable = receivers.iter().filter_map(|one| one.object.as_ref().ok());
    readable.map(Arc::clone).collect()
}

fn objects(receivers: &[LiveReceiver], readable: Vec<Arc<ReceiverObject>>) -> Objects {
    let unreadable = receivers.iter().filter_map(|one| {
        let problem = one.object.as_ref().err()?;
        Some(UnreadableReceiver {
            id: one.id.clone(),
            problem: Some(problem.clone()),
        })
    });
    Objects {
        receivers: readable,
        unreadable: unreadable.collect(),
        ..Objects::default()
    }
}
