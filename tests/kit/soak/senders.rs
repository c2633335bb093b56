//! Who else is asked while deliveries are verified: issuers of tokens, and Amazon.

use anyhow::Result;
use serde_json::json;

use crate::connect::ConnectProxy;
use crate::https::{Authority, Reply, Server};
use crate::issuer::{Issuer, KeyKind};

/// The issuer of all tokens. Its key is Google's and Amazon's too, who are reached by a proxy.
pub(super) struct Senders {
    pub(super) issuer: Issuer,
    pub(super) proxy: ConnectProxy,
    _clouds: Server,
}

impl Senders {
    /// `certificate_path`: where Amazon has its certificate.
    pub(super) fn start(authority: &Authority, certificate_path: String) -> Result<Self> {
        let issuer = Issuer::start(None, KeyKind::Rsa)?;
        let certificate = Issuer::rsa_certificate()?;
        let keys = issuer.jwks().to_string();
        let discovery = json!({
            "issuer": "https://accounts.google.com",
            "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
        })
        .to_string();
        let clouds = Server::start(Some(authority), move |path| match path {
            "/oauth2/v3/certs" => Reply::ok(keys.clone()),
            "/.well-known/openid-configuration" => Reply::ok(discovery.clone()),
            path if path == certificate_path => {
                Reply::ok(certificate.clone()).with("cache-control", "max-age=300")
            }
            _ => Reply::status(404, ""),
        })?;
        Ok(Self {
            issuer,
            proxy: ConnectProxy::start(clouds.port())?,
            _clouds: clouds,
        })
    }
}
