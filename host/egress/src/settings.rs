/// Whom the host trusts, and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Certificates in PEM, any number in each text, that are trusted beside the system's.
    pub trusted_authorities: Vec<String>,
    /// Whether issuers must be reached by https at public addresses.
    pub public_issuers_only: bool,
    /// Hosts (`name` or `*.domain`) that components may fetch from at private addresses and at
    /// other ports than 443, if their description lists them.
    pub private_fetch_hosts: Vec<String>,
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
    /// The client cannot be set up.
    #[error("setting up the HTTP client: {0}")]
    Client(String),
}
