//! TLS of the port of webhooks.

use std::sync::Arc;

use anyhow::Result;
use bellpull_acme::AcmeMetrics;
use bellpull_gateway::Readiness;
use bellpull_tls::{FollowedFiles, TlsMetrics, TlsServer};
use prometheus_client::registry::Registry;
use tokio::task::JoinHandle;

use super::acme::Acme;
use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// What webhooks are served over TLS with.
pub(super) struct Tls {
    files: Option<FollowedFiles>,
    acme: Option<Acme>,
    metrics: TlsMetrics,
    acme_metrics: AcmeMetrics,
}

impl Tls {
    /// Reads the files that the flags name.
    ///
    /// # Errors
    /// When a file cannot be used; names it.
    pub(super) fn load(arguments: &ServeArgs) -> Result<Self> {
        let (metrics, acme_metrics) = (TlsMetrics::default(), AcmeMetrics::default());
        let load = |files| FollowedFiles::load(files, metrics.clone());
        let files = arguments.tls.files()?.map(load).transpose();
        let files = files.map_err(|error| UsageError(error.to_string()))?;
        let acme = arguments.tls.acme().zip(files.as_ref());
        let acme = acme.map(|(settings, files)| {
            let certificates = files.issued_certificates();
            Acme::new(settings, arguments, certificates, acme_metrics.clone())
        });
        Ok(Self {
            files,
            acme: acme.transpose()?,
            metrics,
            acme_metrics,
        })
    }

    pub(super) fn server(&self) -> Option<Arc<TlsServer>> {
        self.files.as_ref().map(|files| Arc::clone(files.server()))
    }

    pub(super) fn register_metrics(&self, registry: &mut Registry) {
        self.metrics.register(registry);
        self.acme_metrics.register(registry);
    }

    /// Takes what changes, in files and from an authority, until the tasks are aborted.
    pub(super) fn begin(self, readiness: &mut Readiness) -> Vec<JoinHandle<()>> {
        let files = self.files.map(|files| tokio::spawn(files.follow()));
        let acme = self.acme.map(|acme| acme.begin(readiness));
        files.into_iter().chain(acme).collect()
    }
}
