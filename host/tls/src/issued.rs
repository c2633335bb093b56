use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::names::CertificatesByName;
use crate::pair::CertificatePair;
use crate::{TlsError, TlsMetrics, TlsServer};

/// A certificate that an authority has issued, with its chain and its key.
#[derive(Debug)]
pub struct IssuedCertificate(CertificatePair);

impl IssuedCertificate {
    /// Reads it from the texts of its chain and its key, both in PEM.
    ///
    /// # Errors
    /// When a text holds nothing of its kind, or the two do not belong together: what is wrong.
    pub fn read(chain: &str, key: &str) -> Result<Self, String> {
        let provider = rustls::crypto::ring::default_provider();
        let pair = CertificatePair::read(chain.as_bytes(), key.as_bytes(), &provider);
        pair.map(Self).map_err(|error| error.to_string())
    }

    /// The DNS names that it is for, in lower case.
    #[must_use]
    pub fn dns_names(&self) -> &[String] {
        &self.0.facts.dns_names
    }

    /// The identifier of its issuer's key and its serial number, as DER encodes them: together they name the
    /// certificate (RFC 9773, section 4.1). `None`: it does not identify its issuer's key.
    #[must_use]
    pub fn issuer_key_and_serial(&self) -> Option<(&[u8], &[u8])> {
        let facts = &self.0.facts;
        Some((facts.issuer_key.as_deref()?, &facts.serial))
    }

    /// Since when it holds.
    #[must_use]
    pub fn not_before(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.facts.not_before)
    }

    /// When it expires.
    #[must_use]
    pub fn not_after(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.facts.not_after)
    }

    /// When it expires, as text.
    #[must_use]
    pub fn expires(&self) -> &str {
        &self.0.facts.expires
    }
}

/// Where an authority's certificates go: the server that shows them, and the metrics that tell of them.
/// Until the first one, no handshake of a client succeeds.
#[derive(Clone)]
pub struct IssuedCertificates {
    server: Arc<TlsServer>,
    metrics: TlsMetrics,
}

impl IssuedCertificates {
    pub(crate) fn new(server: Arc<TlsServer>, metrics: TlsMetrics) -> Self {
        Self { server, metrics }
    }

    /// Shows this certificate from now on, in place of the one before.
    pub fn serve(&self, certificate: &IssuedCertificate) {
        let pair = &certificate.0;
        self.server.chooser().set(CertificatesByName::new([pair]));
        self.metrics.serve([&pair.facts].into_iter());
    }

    /// Shows a certificate to an authority that validates `name` (RFC 8737, section 3), and to nobody else.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn show_challenge(
        &self,
        name: &str,
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<ShownChallenge, TlsError> {
        let key = self.server.provider().key_provider.load_private_key(key);
        let key = key.map_err(|error| TlsError::Setup(error.to_string()))?;
        // Not checked as a pair: that would refuse the extension that proves the challenge.
        let certified = CertifiedKey::new(vec![certificate], key);
        self.server.chooser().challenges().show(name, certified);
        Ok(ShownChallenge {
            name: name.to_owned(),
            server: Arc::clone(&self.server),
        })
    }
}

/// The answer to a challenge. An authority sees it until the value is dropped.
#[must_use]
pub struct ShownChallenge {
    name: String,
    server: Arc<TlsServer>,
}

impl Drop for ShownChallenge {
    fn drop(&mut self) {
        self.server.chooser().challenges().remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, CustomExtension, KeyPair};

    use super::*;
    use crate::{FollowedFiles, TlsFiles};

    #[test]
    fn a_challenge_is_shown_until_its_answer_is_dropped() {
        let followed = FollowedFiles::load(TlsFiles::default(), TlsMetrics::default()).unwrap();
        let mut params = CertificateParams::new(["hooks.example.com".to_owned()]).unwrap();
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(&[7; 32])];
        let key = KeyPair::generate().unwrap();
        let certificate: CertificateDer<'static> = params.self_signed(&key).unwrap().into();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let certificates = followed.issued_certificates();
        let shown = certificates.show_challenge("hooks.example.com", certificate.clone(), key);
        let shown = shown.unwrap();
        let challenges = followed.server().chooser().challenges();
        let found = challenges.for_name("Hooks.Example.com").unwrap();
        assert_eq!(found.cert, [certificate]);
        drop(shown);
        assert!(challenges.for_name("hooks.example.com").is_none());
    }
}
