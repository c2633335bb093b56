use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result;
use bellpull_core::{Bytes, Claims, Egress, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{
    EgressMetrics, EgressSettings, Fetcher, Issuers, ProxySettings, SettingsError,
};
use futures_util::future::BoxFuture;

use super::clients::EgressClients;
use crate::exit::UsageError;
use crate::settings::EgressArgs;

/// Most bytes of one file of authorities. Those of a system have less than 300 KiB.
const MAX_AUTHORITIES: u64 = 4 << 20;

/// Sets up its clients at the first use.
pub(crate) struct LazyEgress {
    settings: EgressSettings,
    metrics: EgressMetrics,
    clients: OnceLock<Result<EgressClients, String>>,
}

impl LazyEgress {
    pub(crate) fn new(arguments: &EgressArgs) -> Result<Self> {
        let authorities = arguments.trust_ca.iter().map(read_authorities);
        let settings = EgressSettings {
            trusted_authorities: authorities.collect::<Result<_>>()?,
            public_issuers_only: arguments.jwt_public_only,
            private_issuers: arguments.allow_private_issuer.clone(),
            private_fetch_hosts: arguments.allow_private_fetch.clone(),
            proxy: arguments.egress_proxy.clone().map(|url| ProxySettings {
                url,
                direct: arguments.egress_no_proxy.clone().unwrap_or_default(),
            }),
        };
        settings
            .check()
            .map_err(|error| UsageError(format!("--egress-proxy: {error}")))?;
        Ok(Self {
            settings,
            metrics: EgressMetrics::default(),
            clients: OnceLock::new(),
        })
    }

    pub(crate) fn metrics(&self) -> &EgressMetrics {
        &self.metrics
    }

    fn clients(&self) -> Result<&EgressClients, String> {
        let set_up = || {
            warn_of_ignored_proxy(&self.settings);
            self.set_up().map_err(|error| error.to_string())
        };
        let clients = self.clients.get_or_init(set_up);
        clients.as_ref().map_err(Clone::clone)
    }

    fn set_up(&self) -> Result<EgressClients, SettingsError> {
        Ok(EgressClients {
            issuers: Issuers::new(&self.settings, self.metrics.clone())?,
            fetcher: Fetcher::new(&self.settings, self.metrics.clone())?,
        })
    }
}

/// Flux's controllers follow the proxy of the environment. Bellpull does not, since such a proxy
/// connects to any address.
fn warn_of_ignored_proxy(settings: &EgressSettings) {
    let variables = ["HTTPS_PROXY", "https_proxy"];
    let mut variables = variables.into_iter();
    let set = variables.find(|name| std::env::var_os(name).is_some());
    if let (None, Some(name)) = (&settings.proxy, set) {
        tracing::warn!("{name} is not followed: name the proxy by --egress-proxy");
    }
}

fn read_authorities(file: &PathBuf) -> Result<String> {
    let wrong = |why: String| UsageError(format!("--trust-ca {}: {why}", file.display()));
    let mut text = String::new();
    let opened = fs::File::open(file).map_err(|error| wrong(error.to_string()))?;
    let read = opened.take(MAX_AUTHORITIES + 1).read_to_string(&mut text);
    let read = read.map_err(|error| wrong(error.to_string()))?;
    if read as u64 > MAX_AUTHORITIES {
        return Err(wrong(format!(
            "it has more than {MAX_AUTHORITIES} bytes, too many for a list of certificates"
        ))
        .into());
    }
    Ok(text)
}

impl Egress for LazyEgress {
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>> {
        Box::pin(async move {
            let clients = self.clients().map_err(TokenError::Unavailable)?;
            clients.verify(token, expected, now).await
        })
    }

    fn expect_issuer(&self, issuer: &str) {
        if let Ok(clients) = self.clients() {
            clients.issuers.expect(issuer);
        }
    }

    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>> {
        Box::pin(async move { self.clients()?.fetch(component, url, hosts).await })
    }
}
