//! The client of the commands that talk to a server.

use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::redirect::Policy;

/// How long an answer may take: longer than a server's own deadline.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client that goes where it is sent and no further.
pub(crate) fn client() -> Result<reqwest::Client> {
    // Chosen here, since the client is built without a default.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .build()
        .context("setting up the HTTP client")
}
