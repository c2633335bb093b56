use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::cluster_objects::ClusterObjects;
use crate::connect::ClusterClients;
use crate::events::Announcer;
use crate::index::Index;
use crate::kinds::TargetKinds;
use crate::lease::{self, LeaseSettings};
use crate::metrics::ClusterMetrics;
use crate::planned_states::PlannedStates;
use crate::plugins::{self, ClusterPlugins, PluginSettings};
use crate::receiver_follower::ReceiverFollower;
use crate::secret_follower::SecretFollower;
use crate::settings::ClusterSettings;
use crate::status_writer::StatusWriter;
use crate::{ClusterPatch, ClusterTargets};

/// How long the end waits for the Lease to be released.
const RELEASE_LEASE: Duration = Duration::from_secs(2);

/// A cluster that is followed until its tasks are dropped or [ended](Tasks::end).
pub struct Cluster {
    /// Objects for the planner.
    pub source: ClusterObjects,
    pub targets: ClusterTargets,
    pub patch: ClusterPatch,
    pub plugins: ClusterPlugins,
    pub tasks: Tasks,
}

/// The tasks that follow a cluster and write to it.
pub struct Tasks {
    following: JoinSet<()>,
    competing: Option<JoinSet<()>>,
    /// The Lease is released when this is dropped.
    leading: Option<watch::Receiver<bool>>,
}

impl Cluster {
    /// Starts to follow a cluster. Must be called within a tokio runtime.
    #[must_use]
    pub fn follow(
        clients: &ClusterClients,
        settings: ClusterSettings,
        metrics: &ClusterMetrics,
    ) -> Self {
        let index = Arc::new(Index::new(settings.scope.clone()));
        let kinds = Arc::new(TargetKinds::new(
            clients.watching.clone(),
            settings.allowed_kinds,
            Arc::clone(&index),
            metrics.clone(),
        ));
        let (need, needs) = mpsc::unbounded_channel();
        let (touch, touched) = mpsc::unbounded_channel();
        let receivers = ReceiverFollower {
            scope: settings.scope.clone(),
            selector: settings.receiver_selector,
            index: Arc::clone(&index),
            kinds: Arc::clone(&kinds),
            secrets: need,
            touched: touch.clone(),
            metrics: metrics.clone(),
            stored: Default::default(),
        };
        let store = receivers.stored.reader();
        let client = || clients.calling.clone();
        let (announcer, announcing) = Announcer::new(client(), store.clone(), metrics.clone());
        let states = Arc::new(PlannedStates::default());
        let mut following = JoinSet::new();
        following.spawn(announcing);
        let leading = Leading::start(client(), settings.lease, metrics);
        let writer = StatusWriter::new(
            client(),
            leading.leading.clone(),
            Arc::clone(&states),
            announcer.clone(),
            metrics.clone(),
        );
        following.spawn(writer.run(store, touched));
        let secrets = SecretFollower::new(client(), Arc::clone(&index), metrics.clone());
        following.spawn(secrets.follow(clients.watching.clone(), settings.scope.clone(), needs));
        following.spawn(receivers.follow(clients.watching.clone()));
        let plugins = PluginSettings {
            own_namespace: settings.own_namespace,
            replica: settings.replica,
        };
        let leads = leading.leading.clone();
        let plugins = plugins::follow(clients, plugins, leads, metrics, &mut following);
        Self {
            source: ClusterObjects::new(index, states, touch),
            targets: ClusterTargets {
                client: client(),
                kinds: Arc::clone(&kinds),
                scope: settings.scope,
                cross_namespace: settings.cross_namespace,
                announcer: announcer.clone(),
            },
            patch: ClusterPatch::new(client(), kinds, announcer),
            plugins,
            tasks: Tasks::new(following, leading),
        }
    }
}

/// Whether this replica leads, and the task that competes for it.
struct Leading {
    leading: watch::Receiver<bool>,
    competing: Option<JoinSet<()>>,
}

impl Leading {
    fn start(client: kube::Client, lease: Option<LeaseSettings>, metrics: &ClusterMetrics) -> Self {
        let (tell, leading) = watch::channel(lease.is_none());
        let competing = lease.map(|lease| {
            let mut competing = JoinSet::new();
            competing.spawn(lease::compete(client, lease, tell, metrics.clone()));
            competing
        });
        if competing.is_none() {
            metrics.set_leader(true);
        }
        Self { leading, competing }
    }
}

impl Tasks {
    fn new(following: JoinSet<()>, leading: Leading) -> Self {
        Self {
            following,
            competing: leading.competing,
            leading: Some(leading.leading),
        }
    }

    /// Stops following, and releases the Lease so that another replica need not wait until it
    /// expires.
    pub async fn end(mut self) {
        self.following.shutdown().await;
        drop(self.leading.take());
        if let Some(mut competing) = self.competing.take() {
            let ended = async { while competing.join_next().await.is_some() {} };
            drop(tokio::time::timeout(RELEASE_LEASE, ended).await);
        }
    }
}
