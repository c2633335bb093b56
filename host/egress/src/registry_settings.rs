//! How registries of artefacts are asked.

use std::fmt;
use std::time::Duration;

use reqwest::{Certificate, Identity};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use crate::{EgressSettings, SettingsError};

/// How a client of registries reaches them.
#[derive(Clone, Debug, Default)]
pub struct RegistryHttpSettings {
    /// The trusted authorities and the proxy; the rest is for others.
    pub egress: EgressSettings,
    /// The hosts, as `HOST` or `HOST:PORT`, that are asked by http.
    pub plain_http: Vec<String>,
    pub tls: RegistryTls,
    pub times: RegistryTimes,
}

/// What a client of registries trusts and shows, beside what the whole process does.
#[derive(Clone, Debug, Default)]
pub struct RegistryTls {
    /// PEM texts with at least one certificate each, of authorities that are trusted too.
    pub authorities: Vec<String>,
    /// Shown to the registry itself, and to no server that it names.
    pub client: Option<ClientCertificate>,
}

/// A certificate of the client with its key, both in PEM.
#[derive(Clone)]
pub struct ClientCertificate {
    /// The certificate, and those that lead to its authority.
    pub certificate: String,
    /// PKCS#8, PKCS#1 or SEC 1, not encrypted.
    pub key: String,
}

/// How long a registry may take. A body of known length has its time; nothing waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistryTimes {
    /// From one byte to the next, and until the answer to a request without a body.
    pub silence: Duration,
    /// Bytes a second, beyond one silence, that every body comes at.
    pub least_rate: u32,
    /// The longest pause before the next try that a registry may ask for.
    pub longest_pause: Duration,
}

impl Default for RegistryTimes {
    /// 64 MiB take at most 18 minutes.
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(30),
            least_rate: 64 << 10,
            longest_pause: Duration::from_secs(30),
        }
    }
}

impl RegistryTimes {
    /// The longest time that a body of this length takes.
    pub(crate) fn longest(self, bytes: u64) -> Duration {
        let milliseconds = bytes.saturating_mul(1000) / u64::from(self.least_rate.max(1));
        self.silence + Duration::from_millis(milliseconds)
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(…)")
    }
}

impl RegistryTls {
    pub(crate) fn check_authorities(&self) -> Result<(), SettingsError> {
        for pem in &self.authorities {
            let found = Certificate::from_pem_bundle(pem.as_bytes());
            let wrong = match found {
                Ok(certificates) if !certificates.is_empty() => continue,
                Ok(_) => "it holds no certificate: give PEM with 'BEGIN CERTIFICATE'",
                Err(_) => "its PEM cannot be read",
            };
            return Err(SettingsError::RegistryAuthority(wrong.to_owned()));
        }
        Ok(())
    }
}

impl ClientCertificate {
    /// # Errors
    /// Which of the two cannot be used, without its content.
    pub(crate) fn identity(&self) -> Result<Identity, SettingsError> {
        let certificates = CertificateDer::pem_slice_iter(self.certificate.as_bytes());
        let certificates = certificates.collect::<Result<Vec<_>, _>>().ok();
        let certificates = certificates
            .filter(|found| !found.is_empty())
            .ok_or_else(|| {
                SettingsError::ClientCertificate(
                    "it holds no certificate: give PEM with 'BEGIN CERTIFICATE'".to_owned(),
                )
            })?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|_| {
            SettingsError::ClientKey(
                "it holds no private key that can be read: give PEM of PKCS#8, PKCS#1 or SEC 1, not encrypted"
                    .to_owned(),
            )
        })?;
        let provider = rustls::crypto::ring::default_provider();
        match CertifiedKey::from_der(certificates, key, &provider) {
            Ok(_) => {}
            Err(rustls::Error::InconsistentKeys(_)) => {
                return Err(SettingsError::ClientKey(
                    "it is not the key of the client certificate".to_owned(),
                ));
            }
            Err(error) => return Err(SettingsError::ClientKey(error.to_string())),
        }
        let both = format!("{}\n{}", self.certificate, self.key);
        Identity::from_pem(both.as_bytes()).map_err(|_| {
            SettingsError::ClientCertificate(
                "the certificate and the key cannot be read".to_owned(),
            )
        })
    }
}
