use std::fmt;

use url::Url;

/// Whom the host trusts, and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Certificates in PEM, any number in each text, that are trusted beside the system's.
    pub trusted_authorities: Vec<String>,
    /// Whether issuers must be reached by https at public addresses.
    pub public_issuers_only: bool,
    /// Hosts (`name` or `*.domain`) of issuers that may be at private addresses; any may where none
    /// is named.
    pub private_issuers: Vec<String>,
    /// Hosts (`name` or `*.domain`) that components may fetch from at private addresses and at
    /// other ports than 443, if their description lists them.
    pub private_fetch_hosts: Vec<String>,
    /// What requests go through; without one they go to the servers themselves.
    pub proxy: Option<ProxySettings>,
}

impl Settings {
    /// Judges what can be judged before anything is asked for.
    ///
    /// # Errors
    /// When the proxy is none.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.proxy
            .as_ref()
            .map_or(Ok(()), |proxy| proxy.judged().map(drop))
    }
}

/// A proxy that connects in the host's place. What a name means is then for the proxy to say: names
/// are judged by what they mean here, as far as they mean anything here.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxySettings {
    /// `http://` or `https://`, host and port, perhaps with a user name and password.
    pub url: String,
    /// Hosts that are reached without it, as `NO_PROXY` has them: names with all below them,
    /// addresses, networks, separated by commas.
    pub direct: String,
}

impl ProxySettings {
    /// Its URL, if it is one.
    pub(crate) fn judged(&self) -> Result<Url, SettingsError> {
        let url = Url::parse(&self.url).map_err(|_| SettingsError::Proxy)?;
        match (url.scheme(), url.host_str()) {
            ("http" | "https", Some(host)) if !host.is_empty() => Ok(url),
            _ => Err(SettingsError::Proxy),
        }
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("ProxySettings")
            .field("direct", &self.direct)
            .finish_non_exhaustive()
    }
}

/// Settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No certificate in it.
    #[error(
        "trusted authority {0}: holds no certificate: give PEM with at least one \
         'BEGIN CERTIFICATE'"
    )]
    NoCertificate(usize),
    /// Certificates that cannot be read or trusted.
    #[error("trusted authorities: {0}")]
    Authorities(String),
    /// A proxy that cannot be used.
    #[error("the proxy is not http:// or https:// with a host, as http://proxy.example.com:3128")]
    Proxy,
    /// The client cannot be set up.
    #[error("setting up the HTTP client: {0}")]
    Client(String),
}
