use std::fmt;

use url::Url;

/// The servers that the host trusts, and the addresses it may connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EgressSettings {
    /// PEM texts with any number of certificates, trusted beside the system's.
    pub trusted_authorities: Vec<String>,
    /// Whether issuers must have https and public addresses.
    pub public_issuers_only: bool,
    /// Issuer hosts (`name` or `*.domain`) that may have private addresses. An empty list allows
    /// all hosts.
    pub private_issuers: Vec<String>,
    /// Hosts (`name` or `*.domain`) that components may fetch from at private addresses and at
    /// ports other than 443, if their description lists them.
    pub private_fetch_hosts: Vec<String>,
    /// The proxy for requests. Without one, the host connects to the servers itself.
    pub proxy: Option<ProxySettings>,
}

impl EgressSettings {
    /// Checks what can be checked before the first request.
    ///
    /// # Errors
    /// When the URL of the proxy cannot be used.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.proxy
            .as_ref()
            .map_or(Ok(()), |proxy| proxy.parsed_url().map(drop))
    }
}

/// A proxy that connects in the host's place. The proxy resolves names by itself; the host checks
/// the addresses that its own resolver knows for a name, if any.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxySettings {
    /// `http://` or `https://` with a host, and optionally a port, a user name and a password.
    pub url: String,
    /// The hosts that are reached without the proxy, as in `NO_PROXY`: domains with all names below
    /// them, addresses and networks, separated by commas.
    pub direct: String,
}

impl ProxySettings {
    pub(crate) fn parsed_url(&self) -> Result<Url, SettingsError> {
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
    /// By the index of the PEM text.
    #[error(
        "trusted authority {0}: holds no certificate: give PEM with at least one \
         'BEGIN CERTIFICATE'"
    )]
    NoCertificate(usize),
    /// Certificates that cannot be read or trusted.
    #[error("trusted authorities: {0}")]
    Authorities(String),
    #[error("authority of the registry: {0}")]
    RegistryAuthority(String),
    #[error("client certificate: {0}")]
    ClientCertificate(String),
    #[error("client key: {0}")]
    ClientKey(String),
    #[error("the proxy is not http:// or https:// with a host, as http://proxy.example.com:3128")]
    Proxy,
    #[error("{0}: give a URL such as https://acme.example.com/directory")]
    Directory(String),
    #[error("{0}: give a URL such as http://collector.example.com:4318")]
    Collector(String),
    #[error("setting up the HTTP client: {0}")]
    Client(String),
}
