use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bellpull_core::{limits, text};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use moka::sync::Cache;
use url::Url;

use crate::fetch_permits::{FetchPermits, MAX_FETCHES_OF_COMPONENT, PERMIT_TIMEOUT};
use crate::http::{Client, DestinationPolicy, GetError, Recording, SystemLookup, hosts};
use crate::metrics::{EgressMetrics, FetchKind};
use crate::{EgressSettings, SettingsError};

/// The longest document, in bytes. Certificates and keys are below 8 KiB.
const MAX_DOCUMENT: usize = 64 << 10;
/// Documents that are kept: 16 MiB if each is the longest.
const MAX_DOCUMENTS: u64 = 256;
/// How long a document is kept. A certificate or key does not change under its URL.
const KEPT_FOR: Duration = Duration::from_secs(3600);
/// How long a failure is kept.
const FAILURE_KEPT_FOR: Duration = Duration::from_secs(10);

/// Why there is no document. The log and the component see the text, which holds nothing of the
/// response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The component may not fetch this URL.
    #[error("{0}")]
    Refused(String),
    /// The request failed. A retry may succeed.
    #[error("{0}")]
    Failed(String),
}

/// A request, running or done. All who wait for it share it, and it goes on when nobody waits.
#[derive(Clone)]
struct Fetch {
    document: Shared<BoxFuture<'static, Result<Bytes, FetchError>>>,
    failed_at: Arc<OnceLock<Instant>>,
}

/// Each component has documents of its own, so that none can tell what others have fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FetchKey {
    component: String,
    url: Url,
}

/// Fetches documents for components. Clones share the documents.
///
/// A document is kept for an hour, and a failure for ten seconds. At most one request for a
/// document runs at a time. It goes on if the delivery that began it ends.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    fetches: Cache<FetchKey, Fetch>,
    permits: FetchPermits,
    metrics: EgressMetrics,
}

impl Fetcher {
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &EgressSettings, metrics: EgressMetrics) -> Result<Self, SettingsError> {
        let policy = DestinationPolicy::Documents {
            private_hosts: settings.private_fetch_hosts.clone(),
        };
        let kind = FetchKind::Document;
        let client = Client::new(settings, kind, policy, SystemLookup, metrics.clone())?;
        Ok(Self::with_client(client, metrics))
    }

    /// A fetcher that answers from a recording.
    #[must_use]
    pub fn recorded(recording: &Recording, metrics: EgressMetrics) -> Self {
        let policy = DestinationPolicy::Documents {
            private_hosts: Vec::new(),
        };
        let client = Client::recorded(
            recording.clone(),
            FetchKind::Document,
            policy,
            metrics.clone(),
        );
        Self::with_client(client, metrics)
    }

    fn with_client(client: Client, metrics: EgressMetrics) -> Self {
        Self {
            client,
            fetches: Cache::builder()
                .max_capacity(MAX_DOCUMENTS)
                .time_to_live(KEPT_FOR)
                .build(),
            permits: FetchPermits::new(),
            metrics,
        }
    }

    /// Fetches a document by one GET: https, port 443, a 200 of at most 64 KiB within 2 seconds, no
    /// redirection. `component` is the digest of the component; `allowed` are the host patterns
    /// (`name` or `*.domain`) of its description. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the component may not fetch the URL, or the request fails.
    pub async fn get(
        &self,
        component: &str,
        url: &str,
        allowed: &[String],
    ) -> Result<Bytes, FetchError> {
        let url = allowed_url(url, allowed)?;
        let shown = text::printable(url.as_str(), limits::GUEST_TEXT);
        let key = FetchKey {
            component: component.to_owned(),
            url: url.clone(),
        };
        let entry = self.fetches.entry(key).or_insert_with_if(
            || Fetch::begin(self.client.clone(), self.permits.clone(), component, url),
            Fetch::is_to_be_repeated,
        );
        if !entry.is_fresh() {
            self.metrics.cached(FetchKind::Document);
        }
        let document = entry.into_value().document.await;
        document.map_err(|error| match error {
            FetchError::Refused(why) => FetchError::Refused(format!("{shown}: {why}")),
            FetchError::Failed(why) => FetchError::Failed(format!("{shown}: {why}")),
        })
    }
}

impl Fetch {
    fn begin(client: Client, permits: FetchPermits, component: &str, url: Url) -> Self {
        let component = component.to_owned();
        let failed_at = Arc::new(OnceLock::new());
        let failed = Arc::clone(&failed_at);
        let task = tokio::spawn(async move {
            let response = match permits.acquire(&component).await {
                Some(_permits) => client.get(&url, MAX_DOCUMENT).await,
                None => Err(GetError::Failed(format!(
                    "no turn within {} s: {MAX_FETCHES_OF_COMPONENT} documents are fetched at \
                     once for a component",
                    PERMIT_TIMEOUT.as_secs()
                ))),
            };
            if response.is_err() {
                failed.get_or_init(Instant::now);
            }
            response
                .map(|response| response.body)
                .map_err(FetchError::from)
        });
        let failed = Arc::clone(&failed_at);
        let document = async move {
            task.await.unwrap_or_else(|_| {
                failed.get_or_init(Instant::now);
                Err(FetchError::Failed("the request was broken off".to_owned()))
            })
        };
        Self {
            document: document.boxed().shared(),
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

fn allowed_url(url: &str, allowed: &[String]) -> Result<Url, FetchError> {
    let shown = text::printable(url, limits::GUEST_TEXT);
    let mut parsed =
        Url::parse(url).map_err(|error| FetchError::Refused(format!("{shown}: {error}")))?;
    // A fragment is never sent.
    parsed.set_fragment(None);
    let host = parsed.host_str().unwrap_or_default();
    if !hosts::match_any(allowed, host) {
        return Err(FetchError::Refused(format!(
            "{shown}: the component's description lists no such host among its fetch-hosts"
        )));
    }
    Ok(parsed)
}
