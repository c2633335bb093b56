//! Receivers, Secrets and targets from a Kubernetes API server: the only crate that talks to one.
//!
//! Watches fill an index (`receivers`, `secrets`, `kinds` → `index`); whoever plans takes its
//! [`Objects`] from there and is told what was planned of them ([`Source`]). What is said of
//! each Receiver is written by the replica that holds the Lease (`status`, `lease`, `events`).
//! Deliveries meet [`ClusterTargets`] and [`ClusterPatch`].

mod connect;
mod events;
mod failure;
mod index;
mod kinds;
mod lease;
mod metrics;
mod patch;
mod receiver;
mod receivers;
mod refusals;
mod scope;
mod secrets;
mod status;
mod targets;
mod watch;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_plan::{Objects, ReceiverState};
use kube::runtime::reflector::ObjectRef;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::JoinSet;

pub use connect::{ConnectError, ConnectOptions, Connection};
pub use index::Synced;
pub use kinds::{AllowedKind, NotAKind};
pub use lease::LeaseSettings;
pub use metrics::Metrics;
pub use patch::ClusterPatch;
pub use scope::Scope;
pub use targets::ClusterTargets;

use index::Index;
use kinds::TargetKinds;
use receiver::WatchedReceiver;
use status::States;

/// What of a cluster is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where Receivers are looked for.
    pub scope: Scope,
    /// Which Receivers, by label.
    pub receiver_selector: Option<String>,
    /// Whether a Receiver may name objects of other namespaces.
    pub cross_namespace: bool,
    /// Kinds beyond Flux's that may be notified.
    pub allowed_kinds: BTreeSet<AllowedKind>,
    /// What replicas compete for; `None`: this one writes status in any case.
    pub lease: Option<LeaseSettings>,
}

/// A cluster that is followed until its tasks are dropped or [ended](Tasks::end).
pub struct Cluster {
    /// What plans are made of.
    pub source: Source,
    /// Resolves references.
    pub targets: ClusterTargets,
    /// Notifies.
    pub patch: ClusterPatch,
    /// What goes on beside.
    pub tasks: Tasks,
}

/// What follows a cluster and writes to it.
pub struct Tasks {
    following: JoinSet<()>,
    competing: Option<JoinSet<()>>,
    /// Nobody listens any more: the Lease is given up.
    leading: Option<tokio::sync::watch::Receiver<bool>>,
}

/// How long the Lease is tried to be given up at the end.
const GIVE_UP: Duration = Duration::from_secs(2);

impl Cluster {
    /// Begins to follow a cluster. Must be called within a tokio runtime.
    #[must_use]
    pub fn follow(connection: &Connection, settings: Settings, metrics: &Metrics) -> Self {
        let index = Arc::new(Index::new(settings.scope.clone()));
        let kinds = Arc::new(TargetKinds::new(
            connection.watching.clone(),
            settings.allowed_kinds,
            Arc::clone(&index),
            metrics.clone(),
        ));
        let (need, needs) = mpsc::unbounded_channel();
        let (touch, touched) = mpsc::unbounded_channel();
        let receivers = receivers::Follower::new(
            settings.scope.clone(),
            settings.receiver_selector,
            Arc::clone(&index),
            Arc::clone(&kinds),
            need,
            touch.clone(),
            metrics.clone(),
        );
        let store = receivers.receivers();
        let (announcer, announcing) =
            events::Announcer::new(connection.calling.clone(), store.clone(), metrics.clone());
        let (tell, leading) = tokio::sync::watch::channel(settings.lease.is_none());
        let states = Arc::new(States::default());
        let writer = status::Writer::new(
            connection.calling.clone(),
            leading.clone(),
            Arc::clone(&states),
            announcer.clone(),
            metrics.clone(),
        );
        let secrets = secrets::Follower::new(connection, Arc::clone(&index), metrics.clone());
        let mut following = JoinSet::new();
        following.spawn(announcing);
        following.spawn(writer.run(store, touched));
        following.spawn(secrets.follow(connection.watching.clone(), settings.scope.clone(), needs));
        following.spawn(receivers.follow(connection.watching.clone()));
        let competing = settings.lease.map(|lease| {
            let mut competing = JoinSet::new();
            let client = connection.calling.clone();
            competing.spawn(lease::compete(client, lease, tell, metrics.clone()));
            competing
        });
        if competing.is_none() {
            metrics.set_leader(true);
        }
        Self {
            source: Source::new(index, states, touch),
            targets: ClusterTargets {
                client: connection.calling.clone(),
                kinds: Arc::clone(&kinds),
                scope: settings.scope,
                cross_namespace: settings.cross_namespace,
                announcer: announcer.clone(),
            },
            patch: ClusterPatch {
                client: connection.calling.clone(),
                kinds,
                announcer,
                refusals: refusals::Refusals::default(),
            },
            tasks: Tasks {
                following,
                competing,
                leading: Some(leading),
            },
        }
    }
}

impl Tasks {
    /// Ceases to follow, and gives the Lease up so that another replica need not wait for its end.
    pub async fn end(mut self) {
        self.following.shutdown().await;
        drop(self.leading.take());
        if let Some(mut competing) = self.competing.take() {
            let ended = async { while competing.join_next().await.is_some() {} };
            drop(tokio::time::timeout(GIVE_UP, ended).await);
        }
    }
}

/// How much longer than a plan took the next one waits, so that a burst of changes is planned a few
/// times and not once for each.
const PAUSE: u32 = 4;
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What plans are made of, and where they go.
pub struct Source {
    index: Arc<Index>,
    changed: tokio::sync::watch::Receiver<()>,
    states: Arc<States>,
    touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
    /// When objects were taken of which nothing is published yet.
    taken: Option<Instant>,
    not_before: Instant,
}

impl Source {
    fn new(
        index: Arc<Index>,
        states: Arc<States>,
        touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            changed: index.subscribe(),
            index,
            states,
            touched,
            taken: None,
            not_before: now,
        }
    }

    /// Returns when something has changed since [`Source::objects`] were last taken. A future that
    /// is dropped misses nothing.
    pub async fn changed(&mut self) {
        tokio::time::sleep_until(self.not_before.into()).await;
        // The index, and with it the sender, lives as long as this.
        drop(self.changed.changed().await);
    }

    /// What is known now.
    pub fn objects(&mut self) -> (Objects, Synced) {
        self.changed.mark_unchanged();
        self.taken = Some(Instant::now());
        self.index.objects()
    }

    /// Takes what was planned of them. It is written into status.
    pub fn published(&mut self, receivers: &[Arc<ReceiverState>]) {
        self.states.take(receivers, &self.touched);
        // What is published of the same objects later says nothing of how long planning takes.
        if let Some(taken) = self.taken.take() {
            let pause = (taken.elapsed() * PAUSE).min(LONGEST_PAUSE);
            self.not_before = Instant::now() + pause;
        }
    }
}
