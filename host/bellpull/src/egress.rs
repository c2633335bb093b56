//! The way out to the network, as components and Receivers ask for it. Nothing is set up before the
//! first of them does.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use arc_swap::ArcSwap;
use bellpull_core::{Bytes, Claims, Egress, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{EgressMetrics, EgressSettings, Fetcher, Issuers, ProxySettings, Recording};
use futures_util::future::BoxFuture;

use crate::exit::UsageError;
use crate::settings::EgressArgs;

/// Issuers, and what may be fetched, once either is asked for.
pub(crate) struct Outside {
    settings: EgressSettings,
    metrics: EgressMetrics,
    ways: OnceLock<Result<Ways, String>>,
}

struct Ways {
    issuers: Issuers,
    fetcher: Fetcher,
}

impl Ways {
    async fn verify(
        &self,
        token: &str,
        expected: &TokenExpectation,
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        self.issuers.verify(token, expected, now).await
    }

    async fn fetch(&self, component: &str, url: &str, hosts: &[String]) -> Result<Bytes, String> {
        let fetched = self.fetcher.get(component, url, hosts).await;
        fetched.map_err(|error| error.to_string())
    }
}

impl Outside {
    pub(crate) fn new(arguments: &EgressArgs) -> Result<Self> {
        let authorities = arguments.trust_ca.iter().map(read);
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
            ways: OnceLock::new(),
        })
    }

    pub(crate) fn metrics(&self) -> &EgressMetrics {
        &self.metrics
    }

    fn ways(&self) -> Result<&Ways, String> {
        let open = || {
            warn_of_another_proxy(&self.settings);
            let open = || {
                Ok::<_, bellpull_egress::SettingsError>(Ways {
                    issuers: Issuers::new(&self.settings, self.metrics.clone())?,
                    fetcher: Fetcher::new(&self.settings, self.metrics.clone())?,
                })
            };
            open().map_err(|error| error.to_string())
        };
        self.ways.get_or_init(open).as_ref().map_err(Clone::clone)
    }
}

/// Flux's controllers follow the proxy of the environment, which would connect where it pleases.
fn warn_of_another_proxy(settings: &EgressSettings) {
    let named = ["HTTPS_PROXY", "https_proxy"];
    let named = named
        .into_iter()
        .find(|name| std::env::var_os(name).is_some());
    if let (None, Some(name)) = (&settings.proxy, named) {
        tracing::warn!("{name} is not followed: name the proxy by --egress-proxy");
    }
}

/// Authorities in one file, bytes. Those of a system are less than 300 KiB.
const AUTHORITIES: u64 = 4 << 20;

fn read(file: &PathBuf) -> Result<String> {
    let wrong = |why: String| UsageError(format!("--trust-ca {}: {why}", file.display()));
    let mut text = String::new();
    let opened = fs::File::open(file).map_err(|error| wrong(error.to_string()))?;
    let read = opened.take(AUTHORITIES + 1).read_to_string(&mut text);
    let read = read.map_err(|error| wrong(error.to_string()))?;
    if read as u64 > AUTHORITIES {
        return Err(wrong(format!(
            "more than {AUTHORITIES} bytes are no list of authorities"
        ))
        .into());
    }
    Ok(text)
}

impl Egress for Outside {
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>> {
        Box::pin(async move {
            let ways = self.ways().map_err(TokenError::Unavailable)?;
            ways.verify(token, expected, now).await
        })
    }

    fn expect_issuer(&self, issuer: &str) {
        if let Ok(ways) = self.ways() {
            ways.issuers.expect(issuer);
        }
    }

    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>> {
        Box::pin(async move { self.ways()?.fetch(component, url, hosts).await })
    }
}

/// The network of the recorded delivery that is replayed, one after another.
pub struct Replayed(ArcSwap<Ways>);

impl Replayed {
    /// A network in which nothing answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self(ArcSwap::from_pointee(recorded(&Recording::default())))
    }

    /// Has a recording answer from now on; nothing of what another has answered is known any more.
    pub fn replay(&self, recording: &Recording) {
        self.0.store(Arc::new(recorded(recording)));
    }
}

impl Default for Replayed {
    fn default() -> Self {
        Self::new()
    }
}

fn recorded(recording: &Recording) -> Ways {
    let metrics = EgressMetrics::default();
    Ways {
        issuers: Issuers::recorded(recording, metrics.clone()),
        fetcher: Fetcher::recorded(recording, metrics),
    }
}

impl Egress for Replayed {
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>> {
        let ways = self.0.load_full();
        Box::pin(async move { ways.verify(token, expected, now).await })
    }

    fn expect_issuer(&self, _issuer: &str) {}

    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>> {
        let ways = self.0.load_full();
        Box::pin(async move { ways.fetch(component, url, hosts).await })
    }
}
