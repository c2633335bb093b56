use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy as Redirects;
use reqwest::{ClientBuilder, Identity, Method, NoProxy, Proxy, Request, Response};
use url::{Host, Url};

use super::address_scope::AddressScope;
use super::error::{GetError, root_cause};
use super::freshness::fresh_for;
use super::policy::DestinationPolicy;
use super::resolver::{AddressRefused, Lookup, NameCheck, Resolver};
use super::response::{GetResponse, check_status, too_long};
use super::tls::build_trusting;
use crate::{EgressSettings, ProxySettings, SettingsError};

/// How long requests may take.
#[derive(Clone, Copy)]
pub(super) enum RequestTime {
    /// From the lookup of the name to the last byte of the response.
    Whole(Duration),
    /// Until the connection. Whoever sends a request bounds the rest.
    Connecting(Duration),
}

impl RequestTime {
    fn limit(self) -> Duration {
        match self {
            Self::Whole(limit) | Self::Connecting(limit) => limit,
        }
    }

    fn apply(self, builder: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Whole(limit) => builder.timeout(limit),
            Self::Connecting(limit) => builder.connect_timeout(limit),
        }
    }
}

const USER_AGENT: &str = concat!("bellpull/", env!("CARGO_PKG_VERSION"));

/// Requests over the network, by way of a proxy if there is one.
#[derive(Clone)]
pub(super) struct Network {
    client: reqwest::Client,
    time: RequestTime,
    /// Checks the names that a proxy connects to.
    name_check: Option<Arc<dyn NameCheck>>,
}

impl Network {
    /// # Errors
    /// When the certificates or the proxy of the settings cannot be used.
    pub(super) fn new(
        settings: &EgressSettings,
        policy: Arc<DestinationPolicy>,
        lookup: impl Lookup,
        time: RequestTime,
        client: Option<&Identity>,
    ) -> Result<Self, SettingsError> {
        // Chosen here, since the client is built without a default.
        drop(rustls::crypto::ring::default_provider().install_default());
        let proxy = settings.proxy.as_ref().map(proxy_and_host).transpose()?;
        let host = proxy.as_ref().map(|(_, host)| Arc::clone(host));
        let resolver = Arc::new(Resolver::new(policy, lookup, host));
        let name_check = proxy
            .is_some()
            .then(|| Arc::clone(&resolver) as Arc<dyn NameCheck>);
        let builder = || {
            let builder = reqwest::Client::builder();
            let builder = match &proxy {
                Some((proxy, _)) => builder.proxy(proxy.clone()),
                // A proxy of the environment would connect to addresses that nothing has checked.
                None => builder.no_proxy(),
            };
            let builder = match client {
                Some(client) => builder.identity(client.clone()),
                None => builder,
            };
            time.apply(builder)
                .user_agent(USER_AGENT)
                .redirect(Redirects::none())
                .dns_resolver(Arc::clone(&resolver))
                // The address of a kept connection is not checked again, and requests are rare.
                .pool_max_idle_per_host(0)
        };
        Ok(Self {
            client: build_trusting(builder, &settings.trusted_authorities)?,
            time,
            name_check,
        })
    }

    pub(super) async fn get(&self, url: &Url, limit: usize) -> Result<GetResponse, GetError> {
        let request = Request::new(Method::GET, url.clone());
        let (response, from) = self.send(request).await?;
        check_status(response.status())?;
        let fresh_for = fresh_for(response.headers());
        let body = self.read_body(response, limit).await?;
        Ok(GetResponse {
            body,
            fresh_for,
            from,
        })
    }

    /// Sends a request, and says how near the server is that responds.
    pub(super) async fn send(
        &self,
        request: Request,
    ) -> Result<(Response, AddressScope), GetError> {
        let url = request.url();
        let limit = self.time.limit();
        let mut known = match url.host() {
            Some(Host::Ipv4(address)) => Some(AddressScope::of(address.into())),
            Some(Host::Ipv6(address)) => Some(AddressScope::of(address.into())),
            Some(Host::Domain(_)) | None => None,
        };
        if let (Some(check), Some(Host::Domain(name))) = (&self.name_check, url.host()) {
            let checked = tokio::time::timeout(limit, check.check_name(name)).await;
            // Without an answer of the name server, nothing speaks against the name.
            let checked = checked.unwrap_or(Ok(AddressScope::Public));
            known = Some(checked.map_err(GetError::Refused)?);
        }
        let response = self.client.execute(request).await;
        let response = response.map_err(|error| get_error(error, limit))?;
        let peer = response.remote_addr();
        let peer = peer.map(|address| AddressScope::of(address.ip()));
        let from = known.or(peer).unwrap_or(AddressScope::Public);
        Ok((response, from))
    }

    /// The body of a response.
    ///
    /// # Errors
    /// When it is longer than `limit` bytes, or does not arrive.
    pub(super) async fn read_body(
        &self,
        mut response: Response,
        limit: usize,
    ) -> Result<Bytes, GetError> {
        let length = response.content_length();
        if length.is_some_and(|length| length > limit as u64) {
            return Err(too_long(limit));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk(&mut response).await? {
            if body.len() + chunk.len() > limit {
                return Err(too_long(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    /// The next piece of a body, or `None` at its end.
    pub(super) async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, GetError> {
        let chunk = response.chunk().await;
        chunk.map_err(|error| get_error(error, self.time.limit()))
    }
}

fn proxy_and_host(settings: &ProxySettings) -> Result<(Proxy, Arc<str>), SettingsError> {
    let url = settings.parsed_url()?;
    let host = url.host_str().unwrap_or_default().into();
    let proxy = Proxy::all(url).map_err(|_| SettingsError::Proxy)?;
    Ok((proxy.no_proxy(NoProxy::from_string(&settings.direct)), host))
}

fn get_error(error: reqwest::Error, limit: Duration) -> GetError {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<AddressRefused>() {
            return GetError::Refused(refused.to_string());
        }
        source = inner.source();
    }
    if error.is_timeout() {
        return GetError::Failed(format!("no answer within {} s", limit.as_secs()));
    }
    GetError::Failed(root_cause(&error))
}
