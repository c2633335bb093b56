//! TLS of the port of webhooks.

use anyhow::Result;
use bellpull_tls::{FollowedFiles, TlsMetrics};
use tokio::task::JoinHandle;

use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// What webhooks are served over TLS with.
pub(super) struct Tls {
    pub(super) files: Option<FollowedFiles>,
    pub(super) metrics: TlsMetrics,
}

impl Tls {
    /// Reads the files that the flags name.
    ///
    /// # Errors
    /// When a file cannot be used; names it.
    pub(super) fn load(arguments: &ServeArgs) -> Result<Self> {
        let metrics = TlsMetrics::default();
        let load = |files| FollowedFiles::load(files, metrics.clone());
        let files = arguments.tls.files()?.map(load).transpose();
        let files = files.map_err(|error| UsageError(error.to_string()))?;
        Ok(Self { files, metrics })
    }

    /// Takes what changes until it is aborted.
    pub(super) fn follow(self) -> Option<JoinHandle<()>> {
        self.files.map(|files| tokio::spawn(files.follow()))
    }
}
