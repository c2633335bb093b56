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

impl CertificatePair {
    /// Reads a pair from the texts of its files.
    ///
    /// # Errors
    /// When a text holds nothing of its kind, or the two do not belong together.
    pub(crate) fn read(
        files: &PairFiles,
        certificate: &[u8],
        key: &[u8],
        provider: &CryptoProvider,
    ) -> Result<Self, TlsError> {
        let PairFiles {
            certificate: certificate_file,
            key: key_file,
        } = files;
        let chain =
            certificates(certificate).map_err(|why| TlsError::unreadable(certificate_file, why))?;
        let Some(leaf) = chain.first() else {
            let file = certificate_file.clone();
            return Err(TlsError::NoCertificate { file });
        };
        let facts = CertificateFacts::read(leaf)
            .map_err(|why| TlsError::unusable(certificate_file, why))?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::NoKey {
            file: key_file.clone(),
        })?;
        let pair = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::NoPair {
                certificate: certificate_file.clone(),
                key: key_file.clone(),
            },
            other => TlsError::unusable(key_file, other),
        })?;
        Ok(Self {
            key: Arc::new(pair),
            facts,
        })
    }
}

/// The certificates of a PEM text, in order.
pub(crate) fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(text);
    certificates
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}
