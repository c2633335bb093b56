use std::sync::OnceLock;

use anyhow::Result;
use bellpull_core::{Bytes, Claims, Egress, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{EgressMetrics, EgressSettings, Fetcher, Issuers, SettingsError};
use futures_util::future::BoxFuture;

use super::clients::EgressClients;
use super::network::{network_settings, warn_of_ignored_proxy};
use crate::settings::EgressArgs;

/// Sets up its clients at the first use.
pub(crate) struct LazyEgress {
    settings: EgressSettings,
    metrics: EgressMetrics,
    clients: OnceLock<Result<EgressClients, String>>,
}

impl LazyEgress {
    pub(crate) fn new(arguments: &EgressArgs) -> Result<Self> {
        let settings = EgressSettings {
            public_issuers_only: arguments.jwt_public_only,
            private_issuers: arguments.allow_private_issuer.clone(),
            private_fetch_hosts: arguments.allow_private_fetch.clone(),
            ..network_settings(&arguments.network)?
        };
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
