use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bellpull_core::{limits, text};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::http::{Client, GetError, Policy, Recording, SystemLookup, hosts};
use crate::metrics::{Kind, Metrics};
use crate::{Settings, SettingsError};

/// An answer, bytes: certificates and keys are below 8 KiB.
const MAX_ANSWER: usize = 64 << 10;
/// Answers that are kept: 16 MiB of the largest.
const MAX_ANSWERS: u64 = 256;
/// How long an answer is kept. What is fetched, a certificate or a key, does not change under its
/// URL.
const KEPT_FOR: Duration = Duration::from_secs(3600);
/// How long a failure is.
const FAILURE_KEPT_FOR: Duration = Duration::from_secs(10);

/// Documents fetched at once, and those of one component: a descriptor each.
const AT_ONCE: usize = 32;
const AT_ONCE_FOR_ONE: usize = 8;
/// How long one waits until it may be fetched.
const TURN: Duration = Duration::from_secs(1);

/// Why there is no answer. The texts are for the log and the component: they hold nothing of the
/// answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL is not one that the component may ask for.
    #[error("{0}")]
    Refused(String),
    /// It was asked for in vain; worth trying again.
    #[error("{0}")]
    Failed(String),
}

/// A request under way or done. Whoever waits for it shares it; it goes on when nobody waits.
#[derive(Clone)]
struct Fetch {
    answer: Shared<BoxFuture<'static, Result<Bytes, FetchError>>>,
    failed_at: Arc<OnceLock<Instant>>,
}

/// An answer belongs to the component that asked, so that none can tell what others have fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    component: String,
    url: Url,
}

/// Fetches documents for components. Clones share what was fetched.
///
/// An answer is kept for an hour and a failure for ten seconds; at most one request for a document
/// is under way, and it survives the delivery that began it.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    fetches: Cache<Key, Fetch>,
    turns: Turns,
    metrics: Metrics,
}

/// Who may fetch now.
#[derive(Clone)]
struct Turns {
    all: Arc<Semaphore>,
    components: Cache<String, Arc<Semaphore>>,
}

impl Turns {
    /// The narrowest first: a component that waits for its own holds nothing that others need.
    async fn turn(&self, component: &str) -> Option<[OwnedSemaphorePermit; 2]> {
        let one = || Arc::new(Semaphore::new(AT_ONCE_FOR_ONE));
        let component = self.components.get_with_by_ref(component, one);
        let both = async {
            let own = component.acquire_owned().await.ok()?;
            Some([own, Arc::clone(&self.all).acquire_owned().await.ok()?])
        };
        tokio::time::timeout(TURN, both).await.ok()?
    }
}

impl Fetcher {
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &Settings, metrics: Metrics) -> Result<Self, SettingsError> {
        let policy = Policy::Documents {
            private_hosts: settings.private_fetch_hosts.clone(),
        };
        let kind = Kind::Document;
        let client = Client::new(settings, kind, policy, SystemLookup, metrics.clone())?;
        Ok(Self::by(client, metrics))
    }

    /// That of a recorded delivery.
    #[must_use]
    pub fn recorded(recording: &Recording, metrics: Metrics) -> Self {
        let policy = Policy::Documents {
            private_hosts: Vec::new(),
        };
        let client = Client::recorded(recording.clone(), Kind::Document, policy, metrics.clone());
        Self::by(client, metrics)
    }

    fn by(client: Client, metrics: Metrics) -> Self {
        Self {
            client,
            fetches: Cache::builder()
                .max_capacity(MAX_ANSWERS)
                .time_to_live(KEPT_FOR)
                .build(),
            turns: Turns {
                all: Arc::new(Semaphore::new(AT_ONCE)),
                components: Cache::builder()
                    .max_capacity(MAX_ANSWERS)
                    .time_to_idle(KEPT_FOR)
                    .build(),
            },
            metrics,
        }
    }

    /// The body of one GET: https, port 443, a 200 of at most 64 KiB within 2 seconds, no
    /// redirection. `component` is its digest; `allowed` are host patterns as its description
    /// lists them (`name` or `*.domain`). Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the URL may not be asked for, or was asked for in vain.
    pub async fn get(
        &self,
        component: &str,
        url: &str,
        allowed: &[String],
    ) -> Result<Bytes, FetchError> {
        let url = judged(url, allowed)?;
        let shown = text::printable(url.as_str(), limits::GUEST_TEXT);
        let key = Key {
            component: component.to_owned(),
            url: url.clone(),
        };
        let entry = self.fetches.entry(key).or_insert_with_if(
            || Fetch::begin(self.client.clone(), self.turns.clone(), component, url),
            Fetch::is_to_be_repeated,
        );
        if !entry.is_fresh() {
            self.metrics.cached(Kind::Document);
        }
        let answer = entry.into_value().answer.await;
        answer.map_err(|error| match error {
            FetchError::Refused(why) => FetchError::Refused(format!("{shown}: {why}")),
            FetchError::Failed(why) => FetchError::Failed(format!("{shown}: {why}")),
        })
    }
}

impl Fetch {
    fn begin(client: Client, turns: Turns, component: &str, url: Url) -> Self {
        let component = component.to_owned();
        let failed_at = Arc::new(OnceLock::new());
        let failed = Arc::clone(&failed_at);
        let task = tokio::spawn(async move {
            let answer = match turns.turn(&component).await {
                Some(_turn) => client.get(&url, MAX_ANSWER).await,
                None => Err(GetError::Failed(format!(
                    "no turn within {} s: {AT_ONCE_FOR_ONE} documents are fetched at once for a \
                     component",
                    TURN.as_secs()
                ))),
            };
            if answer.is_err() {
                failed.get_or_init(Instant::now);
            }
            answer.map(|answer| answer.body).map_err(FetchError::from)
        });
        let failed = Arc::clone(&failed_at);
        let answer = async move {
            task.await.unwrap_or_else(|_| {
                failed.get_or_init(Instant::now);
                Err(FetchError::Failed("the request was broken off".to_owned()))
            })
        };
        Self {
            answer: answer.boxed().shared(),
            failed_at,
        }
    }

    fn is_to_be_repeated(&self) -> bool {
        let failed_at = self.failed_at.get();
        failed_at.is_some_and(|at| at.elapsed() >= FAILURE_KEPT_FOR)
    }
}

impl From<GetError> for FetchError {
    fn from(error: GetError) -> Self {
        match error {
            GetError::Refused(why) => Self::Refused(why),
            GetError::Failed(why) => Self::Failed(why),
        }
    }
}

fn judged(url: &str, allowed: &[String]) -> Result<Url, FetchError> {
    let shown = text::printable(url, limits::GUEST_TEXT);
    let mut parsed =
        Url::parse(url).map_err(|error| FetchError::Refused(format!("{shown}: {error}")))?;
    // It is never sent.
    parsed.set_fragment(None);
    let host = parsed.host_str().unwrap_or_default();
    if !hosts::match_any(allowed, host) {
        return Err(FetchError::Refused(format!(
            "{shown}: the component's description lists no such host among its fetch-hosts"
        )));
    }
    Ok(parsed)
}
