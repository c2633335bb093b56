use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, LOCATION};
use reqwest::{Method, Request, Response, StatusCode};
use url::Url;

use super::address_scope::AddressScope;
use super::error::GetError;
use super::hosts;
use super::network::{Network, RequestTime};
use super::policy::DestinationPolicy;
use super::resolver::SystemLookup;
use crate::{EgressSettings, SettingsError};

/// The longest silence of a registry.
const SILENCE: Duration = Duration::from_secs(30);
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
}

/// A request to a registry, or to a server that a registry names.
#[derive(Clone, Debug)]
pub struct RegistryRequest {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The registry that names this server; `None` for the registry itself.
    pub named_by: Option<Nearness>,
}

/// How near to this machine a server is. Nobody leads to a server that is nearer than itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearness(AddressScope);

/// A response whose body has not been read.
pub struct RegistryResponse {
    response: Response,
    network: Network,
    /// How near the registry itself is.
    pub from: Nearness,
}

/// HTTP to registries of artefacts. A download follows redirections, without credentials, by https,
/// and never to an address that is nearer to this machine than the registry's own.
#[derive(Clone)]
pub struct RegistryHttp {
    settings: EgressSettings,
    plain_http: Vec<String>,
    /// For the registry itself, which may be near.
    first: Network,
}

impl RegistryHttp {
    /// Asks the hosts of `plain_http` (`HOST` or `HOST:PORT`) by http.
    ///
    /// # Errors
    /// When the certificates or the proxy of the settings cannot be used.
    pub fn new(settings: &EgressSettings, plain_http: Vec<String>) -> Result<Self, SettingsError> {
        let policy = registries(&plain_http, AddressScope::Loopback);
        Ok(Self {
            first: network(settings, policy)?,
            settings: settings.clone(),
            plain_http,
        })
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
        let mut registry = request.named_by;
        for _ in 0..=MAX_REDIRECTIONS {
            let (response, network, scope) = self.hop(&request, registry).await?;
            let from = *registry.get_or_insert(Nearness(scope));
            let Some(next) = redirection(&request, &response)? else {
                return Ok(RegistryResponse {
                    response,
                    network,
                    from,
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
        registry: Option<Nearness>,
    ) -> Result<(Response, Network, AddressScope), RegistryHttpError> {
        let url = &request.url;
        let nearest = registry.map_or(AddressScope::Loopback, |Nearness(scope)| scope);
        let policy = registries(&self.plain_http, nearest);
        policy.allows_url(url).map_err(|why| refused(url, why))?;
        let network = match registry {
            None => self.first.clone(),
            Some(_) => {
                network(&self.settings, policy).map_err(|error| failed(url, error.to_string()))?
            }
        };
        let mut sent = Request::new(request.method.clone(), url.clone());
        *sent.headers_mut() = request.headers.clone();
        *sent.body_mut() = (!request.body.is_empty()).then(|| request.body.clone().into());
        let (response, scope) = network.send(sent).await.map_err(|error| told(url, error))?;
        Ok((response, network, scope))
    }
}

fn registries(plain_http: &[String], registry: AddressScope) -> DestinationPolicy {
    DestinationPolicy::Registries {
        plain_http: plain_http.to_vec(),
        registry,
    }
}

fn network(settings: &EgressSettings, policy: DestinationPolicy) -> Result<Network, SettingsError> {
    let time = RequestTime::Silence(SILENCE);
    Network::new(settings, Arc::new(policy), SystemLookup, time)
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

    /// The whole body.
    ///
    /// # Errors
    /// When it is longer than `limit` bytes, or does not arrive.
    pub async fn body(self, limit: usize) -> Result<Bytes, RegistryHttpError> {
        let url = self.response.url().clone();
        let body = self.network.read_body(self.response, limit).await;
        body.map_err(|error| told(&url, error))
    }

    /// The next piece of the body, or `None` at its end.
    ///
    /// # Errors
    /// When it does not arrive.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, RegistryHttpError> {
        let chunk = self.network.chunk(&mut self.response).await;
        chunk.map_err(|error| told(self.response.url(), error))
    }
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
