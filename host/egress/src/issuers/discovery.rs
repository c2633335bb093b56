use std::sync::Arc;

use bellpull_core::{limits, text};
use serde::Deserialize;
use url::Url;

use super::clients::Clients;
use super::keyring::FreshKeys;
use crate::token::KeySet;

/// The longest discovery document or JWK set, in bytes.
const MAX_DOCUMENT: usize = 256 << 10;
/// Appended to the issuer (OpenID Connect Discovery 1.0, section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The members of the discovery document that are read (OpenID Connect Discovery 1.0, section 3).
#[derive(Deserialize)]
struct DiscoveryMetadata {
    issuer: String,
    jwks_uri: String,
}

/// Fetches the keys of an issuer.
pub(super) async fn keys(clients: &Clients, issuer: &str) -> Result<FreshKeys<KeySet>, String> {
    let url = discovery_url(issuer)?;
    let answer = clients
        .discovery()
        .get(&url, MAX_DOCUMENT)
        .await
        .map_err(|error| format!("discovery at {url}: {}", error.into_text()))?;
    let metadata: DiscoveryMetadata = serde_json::from_slice(&answer.body).map_err(|error| {
        let reason = text::printable(&error.to_string(), limits::GUEST_TEXT);
        format!("discovery at {url}: not an issuer's metadata: {reason}")
    })?;
    let keys_url = keys_url(&url, issuer, &metadata)?;
    let shown = text::printable(keys_url.as_str(), limits::GUEST_TEXT);
    let answer = clients
        .keys(answer.from)
        .get(&keys_url, MAX_DOCUMENT)
        .await
        .map_err(|error| format!("keys at {shown}: {}", error.into_text()))?;
    let keys = KeySet::parse(&answer.body).map_err(|error| format!("keys at {shown}: {error}"))?;
    Ok(FreshKeys {
        keys: Arc::new(keys),
        fresh_for: answer.fresh_for,
    })
}

fn discovery_url(issuer: &str) -> Result<Url, String> {
    let issuer = located_at(issuer);
    let invalid = |why: &str| {
        format!(
            "issuer {:?}: {why}",
            text::printable(issuer, limits::GUEST_TEXT)
        )
    };
    let url = Url::parse(issuer).map_err(|error| invalid(&error.to_string()))?;
    // OpenID Connect Discovery 1.0, section 3, allows no query and no fragment.
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("an issuer has no query and no fragment"));
    }
    // Section 4.1: a trailing slash is removed before the well-known path is appended.
    let text = format!("{}{WELL_KNOWN}", issuer.strip_suffix('/').unwrap_or(issuer));
    Url::parse(&text).map_err(|error| invalid(&error.to_string()))
}

/// Google's tokens may name the issuer without its scheme (OpenID Connect Core 1.0, section
/// 15.6.2).
fn located_at(issuer: &str) -> &str {
    match issuer {
        "accounts.google.com" => "https://accounts.google.com",
        other => other,
    }
}

fn keys_url(discovery: &Url, issuer: &str, metadata: &DiscoveryMetadata) -> Result<Url, String> {
    // OpenID Connect Discovery 1.0, section 4.3: the names must be equal, so that no issuer can
    // speak for another.
    if metadata.issuer != located_at(issuer) {
        return Err(format!(
            "discovery at {discovery}: says that the issuer is {:?}, and {issuer:?} was asked",
            text::printable(&metadata.issuer, limits::GUEST_TEXT)
        ));
    }
    let shown = text::printable(&metadata.jwks_uri, limits::GUEST_TEXT);
    let url = Url::parse(&metadata.jwks_uri)
        .map_err(|error| format!("discovery at {discovery}: jwks_uri {shown:?}: {error}"))?;
    // The keys of an https issuer must not lose the protection of https.
    if discovery.scheme() == "https" && url.scheme() != "https" {
        return Err(format!(
            "discovery at {discovery}: jwks_uri {shown:?} is not https, and the issuer is"
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests;
