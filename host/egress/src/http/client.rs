use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::error::GetError;
use super::network::{Network, RequestTime};
use super::policy::DestinationPolicy;
use super::recording::Recording;
use super::resolver::Lookup;
use super::response::GetResponse;
use crate::metrics::{EgressMetrics, FetchKind};
use crate::{EgressSettings, SettingsError};

/// A request takes at most this long.
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Clone)]
enum Transport {
    Network(Network),
    Recording(Recording),
}

/// Sends requests of one kind, and counts them.
#[derive(Clone)]
pub(crate) struct Client {
    transport: Transport,
    policy: Arc<DestinationPolicy>,
    kind: FetchKind,
    metrics: EgressMetrics,
}

impl Client {
    /// # Errors
    /// When the certificates or the proxy of the settings cannot be used.
    pub(crate) fn new(
        settings: &EgressSettings,
        kind: FetchKind,
        policy: DestinationPolicy,
        lookup: impl Lookup,
        metrics: EgressMetrics,
    ) -> Result<Self, SettingsError> {
        let policy = Arc::new(policy);
        let time = RequestTime::Whole(TIMEOUT);
        let network = Network::new(settings, Arc::clone(&policy), lookup, time, None)?;
        Ok(Self {
            transport: Transport::Network(network),
            policy,
            kind,
            metrics,
        })
    }

    /// A client that answers from a recording.
    pub(crate) fn recorded(
        recording: Recording,
        kind: FetchKind,
        policy: DestinationPolicy,
        metrics: EgressMetrics,
    ) -> Self {
        Self {
            transport: Transport::Recording(recording),
            policy: Arc::new(policy),
            kind,
            metrics,
        }
    }

    /// Sends a GET. The response must be a 200 of at most `limit` bytes.
    pub(crate) async fn get(&self, url: &Url, limit: usize) -> Result<GetResponse, GetError> {
        let response = match self.policy.allows_url(url) {
            Ok(()) => match &self.transport {
                Transport::Network(network) => network.get(url, limit).await,
                Transport::Recording(recording) => recording.get(url, limit),
            },
            Err(why) => Err(GetError::Refused(why)),
        };
        self.metrics.fetched(
            self.kind,
            match &response {
                Ok(_) => "ok",
                Err(GetError::Refused(_)) => "refused",
                Err(GetError::Failed(_)) => "failed",
            },
        );
        response
    }
}
