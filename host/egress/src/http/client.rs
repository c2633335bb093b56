use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{limits, text};
use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy as Redirects;
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy, Response, StatusCode};
use url::{Host, Url};

use super::address::Reach;
use super::freshness::fresh_for;
use super::resolver::{AddressRefused, Judge, Lookup, Resolver};
use super::{Policy, Recording};
use crate::metrics::{Kind, Metrics};
use crate::{ProxySettings, Settings, SettingsError};

/// One request, from the look-up of its name to the last byte of the answer.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

const USER_AGENT: &str = concat!("bellpull/", env!("CARGO_PKG_VERSION"));

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GetError {
    /// It may not be asked for.
    Refused(String),
    /// It was asked for in vain.
    Failed(String),
}

impl GetError {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Refused(text) | Self::Failed(text) => text,
        }
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    /// As it says itself.
    pub(crate) fresh_for: Option<Duration>,
    /// Who has given it.
    pub(crate) from: Reach,
}

/// Where answers come from.
#[derive(Clone)]
enum Way {
    Network {
        client: reqwest::Client,
        /// What judges names where a proxy connects.
        judge: Option<Arc<dyn Judge>>,
    },
    Recording(Recording),
}

/// A client for requests of one kind.
#[derive(Clone)]
pub(crate) struct Client {
    way: Way,
    policy: Arc<Policy>,
    kind: Kind,
    metrics: Metrics,
}

impl Client {
    /// # Errors
    /// When the settings' certificates or proxy are none.
    pub(crate) fn new(
        settings: &Settings,
        kind: Kind,
        policy: Policy,
        lookup: impl Lookup,
        metrics: Metrics,
    ) -> Result<Self, SettingsError> {
        // Chosen here, since the client is built without a default.
        drop(rustls::crypto::ring::default_provider().install_default());
        let policy = Arc::new(policy);
        let proxy = settings.proxy.as_ref().map(through).transpose()?;
        let host = proxy.as_ref().map(|(_, host)| Arc::clone(host));
        let resolver = Arc::new(Resolver::new(Arc::clone(&policy), lookup, host));
        let judge = proxy
            .is_some()
            .then(|| Arc::clone(&resolver) as Arc<dyn Judge>);
        let builder = || {
            let builder = reqwest::Client::builder();
            let builder = match &proxy {
                Some((proxy, _)) => builder.proxy(proxy.clone()),
                // None of the environment's either: it would connect where nobody judges.
                None => builder.no_proxy(),
            };
            builder
                .user_agent(USER_AGENT)
                .redirect(Redirects::none())
                .dns_resolver(Arc::clone(&resolver))
                .timeout(TIMEOUT)
                // Requests are rare, and a connection that is kept is one that is not judged again.
                .pool_max_idle_per_host(0)
        };
        Ok(Self {
            way: Way::Network {
                client: trusting(builder, &settings.trusted_authorities)?,
                judge,
            },
            policy,
            kind,
            metrics,
        })
    }

    /// One that goes nowhere.
    pub(crate) fn recorded(
        recording: Recording,
        kind: Kind,
        policy: Policy,
        metrics: Metrics,
    ) -> Self {
        Self {
            way: Way::Recording(recording),
            policy: Arc::new(policy),
            kind,
            metrics,
        }
    }

    /// The answer to a GET, if it is a 200 of at most `limit` bytes.
    pub(crate) async fn get(&self, url: &Url, limit: usize) -> Result<Answer, GetError> {
        let answer = match self.policy.admits(url) {
            Ok(()) => match &self.way {
                Way::Network { client, judge } => ask(client, judge.as_deref(), url, limit).await,
                Way::Recording(recording) => recall(recording, url, limit),
            },
            Err(why) => Err(GetError::Refused(why)),
        };
        self.metrics.fetched(
            self.kind,
            match &answer {
                Ok(_) => "ok",
                Err(GetError::Refused(_)) => "refused",
                Err(GetError::Failed(_)) => "failed",
            },
        );
        answer
    }
}

async fn ask(
    client: &reqwest::Client,
    judge: Option<&dyn Judge>,
    url: &Url,
    limit: usize,
) -> Result<Answer, GetError> {
    let mut told = match url.host() {
        Some(Host::Ipv4(address)) => Some(Reach::of(address.into())),
        Some(Host::Ipv6(address)) => Some(Reach::of(address.into())),
        Some(Host::Domain(_)) | None => None,
    };
    if let (Some(judge), Some(Host::Domain(name))) = (judge, url.host()) {
        let judged = tokio::time::timeout(TIMEOUT, judge.judge(name)).await;
        // A name server that does not answer has said nothing against it.
        let judged = judged.unwrap_or(Ok(Reach::Public));
        told = Some(judged.map_err(GetError::Refused)?);
    }
    let response = client.get(url.clone()).send().await.map_err(explain)?;
    let peer = response.remote_addr().map(|at| Reach::of(at.ip()));
    let from = told.or(peer).unwrap_or(Reach::Public);
    taken(response.status())?;
    let fresh_for = fresh_for(response.headers());
    let body = whole(response, limit).await?;
    Ok(Answer {
        body,
        fresh_for,
        from,
    })
}

fn recall(recording: &Recording, url: &Url, limit: usize) -> Result<Answer, GetError> {
    let failed = |why: String| Err(GetError::Failed(why));
    let Some((status, body)) = recording.answer(url.as_str()) else {
        return failed("nothing is recorded of it".to_owned());
    };
    let status = StatusCode::from_u16(status);
    taken(status.map_err(|error| GetError::Failed(error.to_string()))?)?;
    if body.len() > limit {
        return failed(format!("the answer is longer than {limit} bytes"));
    }
    Ok(Answer {
        body,
        fresh_for: None,
        // Where nothing is connected to, nothing is led to.
        from: Reach::Own,
    })
}

fn taken(status: StatusCode) -> Result<(), GetError> {
    match status {
        StatusCode::OK => Ok(()),
        status if status.is_redirection() => Err(GetError::Failed(format!(
            "answered {status}: redirections are not followed"
        ))),
        status => Err(GetError::Failed(format!("answered {status}"))),
    }
}

/// The proxy, and its host.
fn through(settings: &ProxySettings) -> Result<(Proxy, Arc<str>), SettingsError> {
    let url = settings.judged()?;
    let host = url.host_str().unwrap_or_default().into();
    let proxy = Proxy::all(url).map_err(|_| SettingsError::Proxy)?;
    Ok((proxy.no_proxy(NoProxy::from_string(&settings.direct)), host))
}

/// With the system's authorities, as far as there are any, and with those given.
fn trusting(
    builder: impl Fn() -> ClientBuilder,
    authorities: &[String],
) -> Result<reqwest::Client, SettingsError> {
    let mut certificates = Vec::new();
    for (at, pem) in authorities.iter().enumerate() {
        let found = Certificate::from_pem_bundle(pem.as_bytes())
            .map_err(|error| SettingsError::Authorities(cause(&error)))?;
        if found.is_empty() {
            return Err(SettingsError::NoCertificate(at));
        }
        certificates.extend(found);
    }
    if !certificates.is_empty() {
        return builder()
            .tls_certs_merge(certificates)
            .build()
            .map_err(|error| SettingsError::Authorities(cause(&error)));
    }
    builder().build().or_else(|error| {
        // A minimal image has no authorities; http issuers work there all the same.
        tracing::warn!(error = cause(&error), "no https server can be trusted");
        builder()
            .tls_certs_only([])
            .build()
            .map_err(|error| SettingsError::Client(cause(&error)))
    })
}

async fn whole(mut response: Response, limit: usize) -> Result<Bytes, GetError> {
    let too_long = || GetError::Failed(format!("the answer is longer than {limit} bytes"));
    if response
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(too_long());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(explain)? {
        if body.len() + chunk.len() > limit {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn explain(error: reqwest::Error) -> GetError {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<AddressRefused>() {
            return GetError::Refused(refused.to_string());
        }
        source = inner.source();
    }
    if error.is_timeout() {
        return GetError::Failed(format!("no answer within {} s", TIMEOUT.as_secs()));
    }
    GetError::Failed(cause(&error))
}

/// The innermost error says what happened; the outer ones say that something did.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    text::printable(&innermost.to_string(), limits::GUEST_TEXT)
}
