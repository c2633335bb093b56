use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, LOCATION};
use reqwest::{Identity, Method, Request, Response, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};
use url::{Origin, Url};

use super::address_scope::AddressScope;
use super::error::GetError;
use super::hosts;
use super::network::{Network, RequestTime};
use super::policy::DestinationPolicy;
use super::resolver::SystemLookup;
use super::response::too_long;
use crate::registry_settings::{RegistryHttpSettings, RegistryTimes};
use crate::{EgressSettings, SettingsError};

/// Registries send downloads to their storage, and that perhaps to another one.
const MAX_REDIRECTIONS: usize = 4;

/// Why a registry does not respond.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryHttpError {
    /// The destination is not allowed. Asking again does not help.
    #[error("{url}: {reason}")]
    Refused { url: String, reason: String },
    /// The request failed. Asking again may help.
    #[error("{url}: {reason}")]
    Failed { url: String, reason: String },
    /// The body is too long, or comes too slowly. Asking again does not help.
    #[error("{url}: {reason}")]
    Excessive { url: String, reason: String },
}

/// A request to a registry, or to a server that a registry names.
#[derive(Clone, Debug)]
pub struct RegistryRequest {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The registry that names this server; `None` for the registry itself.
    pub named_by: Option<RegistryAddress>,
}

/// Where a registry is: nobody is led to a server that is nearer to this machine, and no other server sees
/// the client's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryAddress {
    origin: Origin,
    scope: AddressScope,
}

impl RegistryAddress {
    /// Whether a URL leads to the registry itself.
    #[must_use]
    pub fn is_of(&self, url: &Url) -> bool {
        self.origin == url.origin()
    }
}

/// A response whose body has not been read.
pub struct RegistryResponse {
    response: Response,
    network: Network,
    times: RegistryTimes,
    /// By when the body must be here.
    until: Instant,
    /// Where the registry itself is.
    pub from: RegistryAddress,
}

/// HTTP to registries of artefacts. A download follows redirections, without credentials, by https,
/// and never to an address that is nearer to this machine than the registry's own.
#[derive(Clone)]
pub struct RegistryHttp {
    egress: EgressSettings,
    plain_http: Vec<String>,
    client: Option<Identity>,
    times: RegistryTimes,
    /// For the registry itself, which may be near.
    first: Network,
}

impl RegistryHttp {
    /// # Errors
    /// When the certificates or the proxy of the settings cannot be used.
    pub fn new(settings: RegistryHttpSettings) -> Result<Self, SettingsError> {
        let RegistryHttpSettings {
            mut egress,
            plain_http,
            tls,
            times,
        } = settings;
        tls.check_authorities()?;
        egress.trusted_authorities.extend(tls.authorities);
        let client = tls.client.map(|client| client.identity()).transpose()?;
        let policy = registries(&plain_http, AddressScope::Loopback);
        let first = network(&egress, policy, times, client.as_ref())?;
        Ok(Self {
            egress,
            plain_http,
            client,
            times,
            first,
        })
    }

    /// How long a registry may take.
    #[must_use]
    pub fn times(&self) -> RegistryTimes {
        self.times
    }

    /// Whether a host is asked by http.
    #[must_use]
    pub fn is_plain(&self, authority: &str) -> bool {
        self.plain_http.iter().any(|plain| plain == authority)
    }

    /// Sends a request. A `GET` or `HEAD` follows redirections.
    ///
    /// # Errors
    /// When no response comes, or the request or a redirection leads where it may not.
    pub async fn send(
        &self,
        mut request: RegistryRequest,
    ) -> Result<RegistryResponse, RegistryHttpError> {
        let mut registry = request.named_by.clone();
        for _ in 0..=MAX_REDIRECTIONS {
            let (response, network, scope) = self.hop(&request, registry.as_ref()).await?;
            let from = registry.get_or_insert_with(|| RegistryAddress {
                origin: request.url.origin(),
                scope,
            });
            let Some(next) = redirection(&request, &response)? else {
                return Ok(RegistryResponse {
                    response,
                    network,
                    times: self.times,
                    until: Instant::now() + self.times.silence,
                    from: from.clone(),
                });
            };
            if next.origin() != request.url.origin() {
                request.headers.remove(AUTHORIZATION);
            }
            request.url = next;
        }
        Err(failed(
            &request.url,
            format!("more than {MAX_REDIRECTIONS} redirections"),
        ))
    }

    async fn hop(
        &self,
        request: &RegistryRequest,
        registry: Option<&RegistryAddress>,
    ) -> Result<(Response, Network, AddressScope), RegistryHttpError> {
        let url = &request.url;
        let nearest = registry.map_or(AddressScope::Loopback, |registry| registry.scope);
        let policy = registries(&self.plain_http, nearest);
        policy.allows_url(url).map_err(|why| refused(url, why))?;
        let network = match registry {
            None => self.first.clone(),
            Some(registry) => {
                let client = self.client.as_ref().filter(|_| registry.is_of(url));
                network(&self.egress, policy, self.times, client)
                    .map_err(|error| failed(url, error.to_string()))?
            }
        };
        let mut sent = Request::new(request.method.clone(), url.clone());
        *sent.headers_mut() = request.headers.clone();
        *sent.body_mut() = (!request.body.is_empty()).then(|| request.body.clone().into());
        let longest = self.times.longest(request.body.len() as u64);
        let response = timeout(longest, network.send(sent)).await;
        let response = response.map_err(|_| failed(url, no_answer(longest)))?;
        let (response, scope) = response.map_err(|error| told(url, error))?;
        Ok((response, network, scope))
    }
}

fn registries(plain_http: &[String], registry: AddressScope) -> DestinationPolicy {
    DestinationPolicy::Registries {
        plain_http: plain_http.to_vec(),
        registry,
    }
}

fn network(
    settings: &EgressSettings,
    policy: DestinationPolicy,
    times: RegistryTimes,
    client: Option<&Identity>,
) -> Result<Network, SettingsError> {
    let time = RequestTime::Connecting(times.silence);
    Network::new(settings, Arc::new(policy), SystemLookup, time, client)
}

/// Where a response sends a download.
fn redirection(
    request: &RegistryRequest,
    response: &Response,
) -> Result<Option<Url>, RegistryHttpError> {
    let follows = matches!(request.method, Method::GET | Method::HEAD)
        && response.status().is_redirection()
        && response.status() != StatusCode::NOT_MODIFIED;
    if !follows {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    let next = location.and_then(|location| request.url.join(location).ok());
    let next = next.ok_or_else(|| {
        let reason = format!("answered {} without a location", response.status());
        failed(&request.url, reason)
    })?;
    Ok(Some(next))
}

impl RegistryResponse {
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The URL that has responded.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.response.url()
    }

    /// The whole body.
    ///
    /// # Errors
    /// When it is longer than `limit` bytes, comes too slowly, or does not arrive.
    pub async fn body(mut self, limit: usize) -> Result<Bytes, RegistryHttpError> {
        self.expect(limit as u64);
        let length = self.response.content_length();
        let mut body = bytes::BytesMut::new();
        if length.is_some_and(|length| length > limit as u64) {
            return Err(self.excessive(too_long(limit).into_text()));
        }
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > limit {
                return Err(self.excessive(too_long(limit).into_text()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    /// Gives a body of at most this many bytes the time that it may take from now on.
    pub fn expect(&mut self, bytes: u64) {
        self.until = Instant::now() + self.times.longest(bytes);
    }

    /// The next piece of the body, or `None` at its end.
    ///
    /// # Errors
    /// When it does not arrive, or the time for the body is over.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, RegistryHttpError> {
        let RegistryTimes {
            silence,
            least_rate,
            ..
        } = self.times;
        let silent_until = Instant::now() + silence;
        let next = self.network.chunk(&mut self.response);
        match timeout_at(silent_until.min(self.until), next).await {
            Ok(chunk) => chunk.map_err(|error| told(self.response.url(), error)),
            Err(_) if silent_until < self.until => {
                Err(failed(self.response.url(), no_answer(silence)))
            }
            Err(_) => Err(self.excessive(format!(
                "the answer comes too slowly, at less than {least_rate} bytes a second"
            ))),
        }
    }

    fn excessive(&self, reason: String) -> RegistryHttpError {
        let url = shown(self.response.url());
        RegistryHttpError::Excessive { url, reason }
    }
}

fn no_answer(limit: Duration) -> String {
    format!("no answer within {limit:?}")
}

fn told(url: &Url, error: GetError) -> RegistryHttpError {
    match error {
        GetError::Refused(reason) => refused(url, reason),
        // What a TLS client says of an answer in plain HTTP (rustls, `InvalidMessage`).
        GetError::Failed(reason) if reason.contains("InvalidContentType") => {
            let authority = hosts::authority(url);
            failed(
                url,
                format!("it does not speak TLS: --plain-http {authority} asks it by http"),
            )
        }
        GetError::Failed(reason) => failed(url, reason),
    }
}

fn refused(url: &Url, reason: String) -> RegistryHttpError {
    let url = shown(url);
    RegistryHttpError::Refused { url, reason }
}

fn failed(url: &Url, reason: String) -> RegistryHttpError {
    let url = shown(url);
    RegistryHttpError::Failed { url, reason }
}

/// A URL without its query, which may hold the signature of a storage.
fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}
