//! Follows the Secrets that Receivers name. Each is read once, and again when it has changed. A watch
//! of metadata tells of changes, so that the values of other Secrets are never sent.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use bellpull_plan::SecretState;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use k8s_openapi::api::core::v1;
use kube::Client;
use kube::core::PartialObjectMeta;
use kube::runtime::WatchStreamExt as _;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, Semaphore};

use crate::index::Index;
use crate::metrics::{ClusterMetrics, WatchedObjects};
use crate::read_secret::{self, ReadSecret, version_number};
use crate::watch::{self, ObjectKey, WatchChange};
use crate::{Scope, api_error};

/// Helm keeps each release in a Secret of this type. They are many and large, and hold no webhook
/// credentials.
const NOT_OF_HELM: &str = "type!=helm.sh/release.v1";

/// How many Secrets are read at once.
const AT_ONCE: usize = 16;

/// Delays between attempts to read a Secret.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(500))
    .with_max_delay(Duration::from_secs(10))
    .without_max_times()
    .with_jitter();

/// A Secret that the first Receiver begins to need, or that none needs any more.
pub(crate) enum SecretNeed {
    Begun(ObjectKey),
    Ended(ObjectKey),
}

/// A Secret that some Receiver needs.
#[derive(Default)]
struct WantedSecret {
    /// The number of this need. An answer to an earlier need may be out of date.
    need: u64,
    /// The resource version that was read.
    version: u64,
    reading: bool,
    /// Whether the Secret has changed since the current reading began.
    stale: bool,
    delays: Option<ExponentialBackoff>,
    /// Ends the delay before the next attempt.
    hurry: Arc<Notify>,
}

/// The end of a reading.
struct Reading {
    key: ObjectKey,
    need: u64,
    result: Result<Option<ReadSecret>, String>,
}

pub(crate) struct SecretFollower {
    client: Client,
    index: Arc<Index>,
    metrics: ClusterMetrics,
    wanted: HashMap<ObjectKey, WantedSecret>,
    /// How many needs there have been so far.
    needs: u64,
    readings: FuturesUnordered<BoxFuture<'static, Reading>>,
    slots: Arc<Semaphore>,
}

impl SecretFollower {
    pub(crate) fn new(client: Client, index: Arc<Index>, metrics: ClusterMetrics) -> Self {
        Self {
            client,
            index,
            metrics,
            wanted: HashMap::new(),
            needs: 0,
            readings: FuturesUnordered::new(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    pub(crate) async fn follow(
        mut self,
        client: Client,
        scope: Scope,
        mut needs: UnboundedReceiver<SecretNeed>,
    ) {
        let config = watch::config().fields(NOT_OF_HELM);
        let watches = watch::apis::<PartialObjectMeta<v1::Secret>>(&client, &scope)
            .into_iter()
            .map(|api| watch::watcher(api, config.clone()).modify(strip))
            .collect();
        let mut changes = watch::changes(watches);
        loop {
            tokio::select! {
                Some(change) = changes.next() => self.handle(change),
                Some(reading) = self.readings.next() => self.take(reading),
                need = needs.recv() => match need {
                    Some(SecretNeed::Begun(key)) => self.want(key),
                    Some(SecretNeed::Ended(key)) => drop(self.wanted.remove(&key)),
                    None => return,
                },
            }
        }
    }

    fn handle(&mut self, change: WatchChange<PartialObjectMeta<v1::Secret>>) {
        match change {
            WatchChange::Seen(secret) => {
                let metadata = secret.metadata;
                let key = (
                    metadata.namespace.unwrap_or_default(),
                    metadata.name.unwrap_or_default(),
                );
                let version = version_number(metadata.resource_version.as_deref());
                let known = self.wanted.get(&key).map(|wanted| wanted.version);
                if known.is_some_and(|known| version == 0 || version > known) {
                    self.changed(&key);
                }
            }
            // It is read again, so that the API server's own answer reaches the condition.
            WatchChange::Gone(key) => self.changed(&key),
            WatchChange::AllListed => self.index.secrets_listed(),
            WatchChange::Failed(error) => {
                let (_, error) = api_error::of_watch(&error);
                self.metrics.watch_failed(WatchedObjects::Secrets);
                tracing::warn!(error, "secrets cannot be watched now");
            }
        }
    }

    fn want(&mut self, key: ObjectKey) {
        self.needs += 1;
        let wanted = WantedSecret {
            need: self.needs,
            ..WantedSecret::default()
        };
        self.wanted.insert(key.clone(), wanted);
        self.changed(&key);
    }

    fn changed(&mut self, key: &ObjectKey) {
        let Some(wanted) = self.wanted.get_mut(key) else {
            return;
        };
        if wanted.reading {
            wanted.stale = true;
            wanted.hurry.notify_one();
            return;
        }
        wanted.reading = true;
        wanted.stale = false;
        let need = wanted.need;
        self.read(key.clone(), need, None);
    }

    fn read(&self, key: ObjectKey, need: u64, delay: Option<(Duration, Arc<Notify>)>) {
        let (client, slots) = (self.client.clone(), Arc::clone(&self.slots));
        self.readings.push(Box::pin(async move {
            if let Some((delay, hurry)) = delay {
                drop(tokio::time::timeout(delay, hurry.notified()).await);
            }
            // The semaphore is never closed.
            let _slot = slots.acquire_owned().await;
            let result = read_secret::read(&client, &key).await;
            Reading { key, need, result }
        }));
    }

    fn take(&mut self, reading: Reading) {
        let Reading { key, need, result } = reading;
        self.metrics.secret_read(result.is_ok());
        let Some(wanted) = self.wanted.get_mut(&key) else {
            return;
        };
        if wanted.need != need {
            return;
        }
        let state = match result {
            Ok(Some(ReadSecret { secret, version })) => {
                wanted.version = version;
                wanted.delays = None;
                SecretState::Present(Arc::new(secret))
            }
            Ok(None) => {
                wanted.delays = None;
                SecretState::not_found(&key.1)
            }
            Err(error) => {
                self.retry(key, error);
                return;
            }
        };
        wanted.reading = false;
        let stale = wanted.stale;
        self.index.take_secret(&key, state);
        if stale {
            self.changed(&key);
        }
    }

    /// Reads a wanted Secret again after a delay.
    fn retry(&mut self, key: ObjectKey, error: String) {
        tracing::warn!(
            namespace = key.0,
            name = key.1,
            error,
            "secret cannot be read"
        );
        let Some(wanted) = self.wanted.get_mut(&key) else {
            return;
        };
        let delays = wanted.delays.get_or_insert_with(|| RETRY.build());
        let delay = delays.next().unwrap_or(Duration::from_secs(10));
        let hurry = Arc::clone(&wanted.hurry);
        wanted.stale = false;
        let need = wanted.need;
        self.index
            .take_secret(&key, SecretState::Unavailable(error.into()));
        self.read(key, need, Some((delay, hurry)));
    }
}

fn strip(secret: &mut PartialObjectMeta<v1::Secret>) {
    secret.metadata.annotations = None;
    secret.metadata.managed_fields = None;
    secret.metadata.labels = None;
    secret.metadata.owner_references = None;
}
