use std::sync::Arc;

use bellpull_core::{limits, text};
use serde::Deserialize;
use url::Url;

use super::clients::Clients;
use super::keyring::Fresh;
use crate::token::KeySet;

/// A discovery document or a JWK set, bytes.
const MAX_DOCUMENT: usize = 256 << 10;
/// Appended to the issuer (OpenID Connect Discovery 1.0, section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Of the issuer's metadata (OpenID Connect Discovery 1.0, section 3) what leads to the keys.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// Asks an issuer for its keys.
pub(super) async fn keys(clients: &Clients, issuer: &str) -> Result<Fresh<KeySet>, String> {
    let url = discovery_url(issuer)?;
    let answer = clients
        .discovery()
        .get(&url, MAX_DOCUMENT)
        .await
        .map_err(|error| format!("discovery at {url}: {}", error.into_text()))?;
    let metadata: Metadata = serde_json::from_slice(&answer.body)
        .map_err(|error| format!("discovery at {url}: not an issuer's metadata: {error}"))?;
    let keys_url = keys_url(&url, issuer, &metadata)?;
    let shown = text::printable(keys_url.as_str(), limits::GUEST_TEXT);
    let answer = clients
        .keys(answer.from)
        .get(&keys_url, MAX_DOCUMENT)
        .await
        .map_err(|error| format!("keys at {shown}: {}", error.into_text()))?;
    let keys = KeySet::parse(&answer.body).map_err(|error| format!("keys at {shown}: {error}"))?;
    Ok(Fresh {
        keys: Arc::new(keys),
        fresh_for: answer.fresh_for,
    })
}

fn discovery_url(issuer: &str) -> Result<Url, String> {
    let issuer = located_at(issuer);
    let wrong = |why: &str| {
        format!(
            "issuer {:?}: {why}",
            text::printable(issuer, limits::GUEST_TEXT)
        )
    };
    let url = Url::parse(issuer).map_err(|error| wrong(&error.to_string()))?;
    // OpenID Connect Discovery 1.0, section 3: no query or fragment.
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("an issuer has no query and no fragment"));
    }
    // Section 4.1: a terminating slash goes before the well-known path comes.
    let text = format!("{}{WELL_KNOWN}", issuer.strip_suffix('/').unwrap_or(issuer));
    Url::parse(&text).map_err(|error| wrong(&error.to_string()))
}

/// Google's tokens may leave out the scheme (OpenID Connect Core 1.0, section 15.6.2): the keys are
/// those of the same issuer with it.
fn located_at(issuer: &str) -> &str {
    match issuer {
        "accounts.google.com" => "https://accounts.google.com",
        other => other,
    }
}

fn keys_url(discovery: &Url, issuer: &str, metadata: &Metadata) -> Result<Url, String> {
    // OpenID Connect Discovery 1.0, section 4.3: exactly what the token says, so that one issuer
    // cannot speak for another.
    if metadata.issuer != located_at(issuer) {
        return Err(format!(
            "discovery at {discovery}: says that the issuer is {:?}, and {issuer:?} was asked",
            text::printable(&metadata.issuer, limits::GUEST_TEXT)
        ));
    }
    let shown = text::printable(&metadata.jwks_uri, limits::GUEST_TEXT);
    let url = Url::parse(&metadata.jwks_uri)
        .map_err(|error| format!("discovery at {discovery}: jwks_uri {shown:?}: {error}"))?;
    // What https vouches for is not fetched without it.
    if discovery.scheme() == "https" && url.scheme() != "https" {
        return Err(format!(
            "discovery at {discovery}: jwks_uri {shown:?} is not https, and the issuer is"
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests;
