use std::sync::Arc;
use std::time::Duration;

use ::http::{Request, Response, header};
use bytes::Bytes;
use url::Url;

use super::error::GetError;
use super::network::{Network, RequestTime};
use super::policy::DestinationPolicy;
use super::resolver::SystemLookup;
use crate::{EgressSettings, SettingsError};

/// Requests of any method to the one server that a policy allows, without redirections.
#[derive(Clone)]
pub(super) struct OneServerHttp {
    network: Network,
    policy: Arc<DestinationPolicy>,
}

impl OneServerHttp {
    /// `limit` is from the lookup of the name to the last byte of the response.
    ///
    /// # Errors
    /// When the certificates or the proxy of the settings cannot be used.
    pub(super) fn new(
        settings: &EgressSettings,
        policy: DestinationPolicy,
        limit: Duration,
    ) -> Result<Self, SettingsError> {
        let policy = Arc::new(policy);
        let time = RequestTime::Whole(limit);
        let network = Network::new(settings, Arc::clone(&policy), SystemLookup, time, None)?;
        Ok(Self { network, policy })
    }

    /// Sends a request, and reads the whole response, of at most `max` bytes.
    pub(super) async fn send(
        &self,
        request: Request<Bytes>,
        max: usize,
    ) -> Result<Response<Bytes>, GetError> {
        let (mut parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string());
        let url = url.map_err(|error| GetError::Refused(error.to_string()))?;
        self.policy.allows_url(&url).map_err(GetError::Refused)?;
        // Bellpull's own name goes out instead.
        parts.headers.remove(header::USER_AGENT);
        let mut sent = reqwest::Request::new(parts.method, url);
        *sent.headers_mut() = parts.headers;
        *sent.body_mut() = (!body.is_empty()).then(|| body.into());
        let (response, _) = self.network.send(sent).await?;
        let mut answer = Response::new(());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        let body = self.network.read_body(response, max).await?;
        Ok(answer.map(|()| body))
    }
}
