//! Follows the Secrets that Receivers name: each is read once, and again when it has changed. That
//! it has changed is told by a watch of metadata, so that no other Secret's values are ever sent.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use bellpull_api::{Metadata, Secret, SecretValue};
use bellpull_core::SecretObject;
use bellpull_plan::SecretState;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::api::GetParams;
use kube::client::Body;
use kube::core::{PartialObjectMeta, Request};
use kube::runtime::WatchStreamExt as _;
use kube::{Client, Resource as _};
use serde::Deserialize;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, Semaphore};

use crate::index::Index;
use crate::metrics::{Metrics, Watched};
use crate::watch::{self, Change, Key};
use crate::{Connection, Scope, failure};

/// Helm keeps each release in a Secret of its own type: many, large and never a credential of ours.
const NOT_OF_HELM: &str = "type!=helm.sh/release.v1";

/// Secrets that are read at once.
const AT_ONCE: usize = 16;

/// Between attempts to read one.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(500))
    .with_max_delay(Duration::from_secs(10))
    .without_max_times()
    .with_jitter();

/// Which Secrets are wanted.
pub(crate) enum Need {
    Begun(Key),
    Ended(Key),
}

/// One Secret that is wanted.
#[derive(Default)]
struct Wanted {
    /// Which need this is: what an ended one had asked for may be older than what a later one asks.
    need: u64,
    /// The version that was read.
    version: u64,
    reading: bool,
    /// Whether it has changed since the reading began.
    stale: bool,
    delays: Option<ExponentialBackoff>,
    /// Ends the wait before the next attempt.
    hurry: Arc<Notify>,
}

type Reading = BoxFuture<'static, Answered>;

/// How a reading ended.
struct Answered {
    key: Key,
    need: u64,
    result: Result<Option<Read>, String>,
}

/// What was read.
struct Read {
    secret: SecretObject,
    version: u64,
}

pub(crate) struct Follower {
    client: Client,
    index: Arc<Index>,
    metrics: Metrics,
    wanted: HashMap<Key, Wanted>,
    /// How many needs there have been.
    needs: u64,
    readings: FuturesUnordered<Reading>,
    slots: Arc<Semaphore>,
}

impl Follower {
    pub(crate) fn new(connection: &Connection, index: Arc<Index>, metrics: Metrics) -> Self {
        Self {
            client: connection.calling.clone(),
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
        mut needs: UnboundedReceiver<Need>,
    ) {
        let config = watch::config().fields(NOT_OF_HELM);
        let watches = watch::apis::<PartialObjectMeta<v1::Secret>>(&client, &scope)
            .into_iter()
            .map(|api| watch::watcher(api, config.clone()).modify(strip))
            .collect();
        let mut changes = watch::changes(watches);
        loop {
            tokio::select! {
                Some(change) = changes.next() => self.hear(change),
                Some(answered) = self.readings.next() => self.take(answered),
                need = needs.recv() => match need {
                    Some(Need::Begun(key)) => self.want(key),
                    Some(Need::Ended(key)) => drop(self.wanted.remove(&key)),
                    None => return,
                },
            }
        }
    }

    fn hear(&mut self, change: Change<PartialObjectMeta<v1::Secret>>) {
        match change {
            Change::Seen(secret) => {
                let metadata = secret.metadata;
                let key = (
                    metadata.namespace.unwrap_or_default(),
                    metadata.name.unwrap_or_default(),
                );
                let version = version(metadata.resource_version.as_deref());
                let known = self.wanted.get(&key).map(|wanted| wanted.version);
                if known.is_some_and(|known| version == 0 || version > known) {
                    self.changed(&key);
                }
            }
            // Read all the same, so that what is said of it is the API server's word.
            Change::Gone(key) => self.changed(&key),
            Change::AllListed => self.index.secrets_listed(),
            Change::Failed(error) => {
                let (_, error) = failure::of_watch(&error);
                self.metrics.watch_failed(Watched::Secrets);
                tracing::warn!(error, "secrets cannot be watched now");
            }
        }
    }

    fn want(&mut self, key: Key) {
        self.needs += 1;
        let wanted = Wanted {
            need: self.needs,
            ..Wanted::default()
        };
        self.wanted.insert(key.clone(), wanted);
        self.changed(&key);
    }

    fn changed(&mut self, key: &Key) {
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

    fn read(&self, key: Key, need: u64, delay: Option<(Duration, Arc<Notify>)>) {
        let (client, slots) = (self.client.clone(), Arc::clone(&self.slots));
        self.readings.push(Box::pin(async move {
            if let Some((delay, hurry)) = delay {
                drop(tokio::time::timeout(delay, hurry.notified()).await);
            }
            // The semaphore is never closed.
            let _slot = slots.acquire_owned().await;
            let result = get(&client, &key).await;
            Answered { key, need, result }
        }));
    }

    fn take(&mut self, answered: Answered) {
        let Answered { key, need, result } = answered;
        self.metrics.secret_read(result.is_ok());
        let Some(wanted) = self.wanted.get_mut(&key) else {
            return;
        };
        if wanted.need != need {
            return;
        }
        let state = match result {
            Ok(Some(Read { secret, version })) => {
                wanted.version = version;
                wanted.delays = None;
                SecretState::Present(Arc::new(secret))
            }
            Ok(None) => {
                wanted.delays = None;
                SecretState::not_found(&key.1)
            }
            Err(error) => {
                tracing::warn!(
                    namespace = key.0,
                    name = key.1,
                    error,
                    "secret cannot be read"
                );
                let delays = wanted.delays.get_or_insert_with(|| RETRY.build());
                let delay = delays.next().unwrap_or(Duration::from_secs(10));
                let hurry = Arc::clone(&wanted.hurry);
                wanted.stale = false;
                self.index
                    .take_secret(&key, SecretState::Unavailable(error.into()));
                self.read(key, need, Some((delay, hurry)));
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
}

fn strip(secret: &mut PartialObjectMeta<v1::Secret>) {
    secret.metadata.annotations = None;
    secret.metadata.managed_fields = None;
    secret.metadata.labels = None;
    secret.metadata.owner_references = None;
}

/// Resource versions of one kind can be compared as numbers (Kubernetes, "Resource versions" of its
/// API concepts). Zero: this one cannot.
fn version(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// What is read of a Secret: no annotation, since kubectl keeps the last applied values in one.
#[derive(Deserialize)]
struct Answer {
    metadata: AnswerMetadata,
    #[serde(default)]
    data: Option<BTreeMap<String, SecretValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerMetadata {
    resource_version: Option<String>,
}

/// Reads one Secret; `None` when there is none. kube's own `get` would log what it cannot parse.
async fn get(client: &Client, key: &Key) -> Result<Option<Read>, String> {
    let path = v1::Secret::url_path(&(), Some(&key.0));
    let request = Request::new(path)
        .get(&key.1, &GetParams::default())
        .map_err(|error| error.to_string())?;
    let response = client
        .send(request.map(Body::from))
        .await
        .map_err(|error| failure::describe(&error))?;
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| failure::describe(&error))?
        .to_bytes();
    if status == http::StatusCode::NOT_FOUND {
        return Ok(None);
    }
    if !status.is_success() {
        let said = serde_json::from_slice::<Status>(&body).ok();
        let message = said.and_then(|said| said.message);
        return Err(message.unwrap_or_else(|| format!("the API server answered {status}")));
    }
    let answer: Answer = serde_json::from_slice(&body)
        .map_err(|_| "the API server's answer is no Secret".to_owned())?;
    let secret = Secret {
        metadata: Metadata {
            name: key.1.clone(),
            namespace: Some(key.0.clone()),
            ..Metadata::default()
        },
        data: answer.data.unwrap_or_default(),
        string_data: BTreeMap::new(),
    };
    Ok(Some(Read {
        secret: SecretObject::try_from(secret)
            .map_err(|wrong| format!("the value of {:?} is not base64", wrong.key))?,
        version: version(answer.metadata.resource_version.as_deref()),
    }))
}
