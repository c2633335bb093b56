use std::fs;
use std::path::{Path, PathBuf};

use crate::TlsError;
use crate::pair::PairFiles;
use crate::source::CertificateSource;

/// The files of a listener's TLS. All of them are PEM (RFC 7468).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The first is for clients that ask for no name, or for one that no certificate is for. Without any,
    /// an authority issues the certificates: see [`IssuedCertificates`](crate::IssuedCertificates).
    pub pairs: Vec<PairFiles>,
    /// The authorities whose certificates a client may show. `None`: no client is asked for one.
    pub client_authorities: Option<PathBuf>,
}

impl TlsFiles {
    pub(crate) fn certificate_source(&self) -> CertificateSource {
        match self.pairs.is_empty() {
            true => CertificateSource::Authority,
            false => CertificateSource::Files,
        }
    }
}

/// # Errors
/// When the file cannot be read; names it.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(file).map_err(|error| TlsError::unreadable(file, error))
}
