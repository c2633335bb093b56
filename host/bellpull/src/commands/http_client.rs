use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::redirect::Policy;

/// How long an answer may take: longer than the answer deadline of a server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client that follows no redirect.
pub(crate) fn client() -> Result<reqwest::Client> {
    // The client has no default provider of cryptography.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .build()
        .context("setting up the HTTP client")
}
