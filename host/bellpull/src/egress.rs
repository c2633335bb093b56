//! The way out to the network, as components and Receivers ask for it. Nothing is set up before the
//! first of them does.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};
use bellpull_core::ports::Egress;
use bellpull_core::{Bytes, Claims, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{Fetcher, Issuers, Metrics, Settings};
use futures_util::future::BoxFuture;

use crate::settings::EgressArgs;

/// Issuers, and what may be fetched, once either is asked for.
pub(crate) struct Outside {
    settings: Settings,
    metrics: Metrics,
    ways: OnceLock<Result<Ways, String>>,
}

struct Ways {
    issuers: Issuers,
    fetcher: Fetcher,
}

impl Outside {
    pub(crate) fn new(arguments: &EgressArgs) -> Result<Self> {
        let authorities = arguments.trust_ca.iter().map(read);
        Ok(Self {
            settings: Settings {
                trusted_authorities: authorities.collect::<Result<_>>()?,
                public_issuers_only: arguments.jwt_public_only,
                private_fetch_hosts: arguments.allow_private_fetch.clone(),
            },
            metrics: Metrics::default(),
            ways: OnceLock::new(),
        })
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn ways(&self) -> Result<&Ways, String> {
        let open = || {
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

fn read(file: &PathBuf) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("--trust-ca {}", file.display()))
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
            ways.issuers.verify(token, expected, now).await
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
        Box::pin(async move {
            let fetched = self.ways()?.fetcher.get(component, url, hosts).await;
            fetched.map_err(|error| error.to_string())
        })
    }
}
