use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::Certificate;
use reqwest::redirect::Policy;

use crate::exit::UsageError;

/// How long an answer may take: longer than the answer deadline of a server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client that follows no redirect. It trusts the certificates in these files beside the system's.
pub(crate) fn client(trusted: &[PathBuf]) -> Result<reqwest::Client> {
    // The client has no default provider of cryptography.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut client = reqwest::Client::builder()
        .redirect(Policy::none())
        .timeout(TIMEOUT);
    for file in trusted {
        let wrong = |why: String| UsageError(format!("--trust-ca {}: {why}", file.display()));
        let text = fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let certificates = Certificate::from_pem_bundle(&text);
        let certificates = certificates.map_err(|error| wrong(error.to_string()))?;
        if certificates.is_empty() {
            return Err(wrong("it holds no PEM certificate".to_owned()).into());
        }
        client = certificates
            .into_iter()
            .fold(client, reqwest::ClientBuilder::add_root_certificate);
    }
    client.build().context("setting up the HTTP client")
}
