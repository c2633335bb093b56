use std::path::PathBuf;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::TlsError;
use crate::certificate::CertificateFacts;

/// The files of a certificate with its chain, and of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// A certificate with its chain and its key, and what it says.
#[derive(Debug)]
pub(crate) struct CertificatePair {
    pub(crate) key: Arc<CertifiedKey>,
    pub(crate) facts: CertificateFacts,
}

/// Why a certificate and a key are no pair.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PairError {
    #[error("the certificate cannot be read: {0}")]
    Unreadable(String),
    #[error("there is no certificate")]
    NoCertificate,
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    #[error("the private key cannot be read")]
    NoKey,
    #[error("the private key cannot be used: {0}")]
    Key(String),
    #[error("the private key does not belong to the certificate")]
    NoPair,
}

impl CertificatePair {
    /// Reads a pair from two texts in PEM.
    ///
    /// # Errors
    /// When a text holds nothing of its kind, or the two do not belong together.
    pub(crate) fn read(
        certificate: &[u8],
        key: &[u8],
        provider: &CryptoProvider,
    ) -> Result<Self, PairError> {
        let chain = certificates(certificate).map_err(PairError::Unreadable)?;
        let leaf = chain.first().ok_or(PairError::NoCertificate)?;
        let facts = CertificateFacts::read(leaf).map_err(PairError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| PairError::NoKey)?;
        let pair = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => PairError::NoPair,
            other => PairError::Key(other.to_string()),
        })?;
        Ok(Self {
            key: Arc::new(pair),
            facts,
        })
    }
}

impl PairFiles {
    /// Reads a pair from the texts of the files.
    ///
    /// # Errors
    /// When a text holds nothing of its kind, or the two do not belong together; names the file.
    pub(crate) fn load(
        &self,
        certificate: &[u8],
        key: &[u8],
        provider: &CryptoProvider,
    ) -> Result<CertificatePair, TlsError> {
        let read = CertificatePair::read(certificate, key, provider);
        read.map_err(|error| self.error(error))
    }

    fn error(&self, error: PairError) -> TlsError {
        let (certificate, key) = (self.certificate.clone(), self.key.clone());
        match error {
            PairError::Unreadable(why) => TlsError::unreadable(&certificate, why),
            PairError::NoCertificate => TlsError::NoCertificate { file: certificate },
            PairError::Certificate(why) => TlsError::unusable(&certificate, why),
            PairError::NoKey => TlsError::NoKey { file: key },
            PairError::Key(why) => TlsError::unusable(&key, why),
            PairError::NoPair => TlsError::NoPair { certificate, key },
        }
    }
}

/// The certificates of a PEM text, in order.
pub(crate) fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(text);
    certificates
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}
