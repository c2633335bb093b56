use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoClientAuth, WebPkiClientVerifier};

use crate::TlsError;
use crate::pair::{CertificatePair, PairFiles, certificates};
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

/// What the files hold at one time.
#[derive(PartialEq, Eq)]
pub(crate) struct FileContents {
    /// Of each pair, its certificate and its key.
    pairs: Vec<[Vec<u8>; 2]>,
    client_authorities: Option<Vec<u8>>,
}

/// What was made of them.
pub(crate) struct LoadedFiles {
    pub(crate) pairs: Vec<CertificatePair>,
    pub(crate) verifier: Arc<dyn ClientCertVerifier>,
}

impl TlsFiles {
    pub(crate) fn certificate_source(&self) -> CertificateSource {
        match self.pairs.is_empty() {
            true => CertificateSource::Authority,
            false => CertificateSource::Files,
        }
    }

    /// # Errors
    /// When a file cannot be read.
    pub(crate) fn read(&self) -> Result<FileContents, TlsError> {
        let pairs = self.pairs.iter();
        let pairs = pairs.map(|pair| Ok([read(&pair.certificate)?, read(&pair.key)?]));
        let authorities = self.client_authorities.as_deref().map(read);
        Ok(FileContents {
            pairs: pairs.collect::<Result<_, _>>()?,
            client_authorities: authorities.transpose()?,
        })
    }

    /// # Errors
    /// When the contents of a file are not what they should be, or two do not belong together.
    pub(crate) fn load(
        &self,
        contents: &FileContents,
        provider: &Arc<CryptoProvider>,
    ) -> Result<LoadedFiles, TlsError> {
        let pairs = self.pairs.iter().zip(&contents.pairs);
        let pairs = pairs.map(|(files, [certificate, key])| files.load(certificate, key, provider));
        let authorities = self.client_authorities.as_ref();
        let authorities = authorities.zip(contents.client_authorities.as_ref());
        let verifier = authorities.map(|(file, text)| client_verifier(file, text, provider));
        let verifier = verifier.transpose()?;
        Ok(LoadedFiles {
            pairs: pairs.collect::<Result<_, _>>()?,
            verifier: verifier.unwrap_or_else(|| Arc::new(NoClientAuth)),
        })
    }
}

fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(file).map_err(|error| TlsError::unreadable(file, error))
}

/// Verifies the certificates of clients that show one. The others are served without: probes and most
/// senders have none.
fn client_verifier(
    file: &Path,
    text: &[u8],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(text).map_err(|why| TlsError::unreadable(file, why))? {
        roots
            .add(authority)
            .map_err(|why| TlsError::unusable(file, why))?;
    }
    if roots.is_empty() {
        let file = file.to_owned();
        return Err(TlsError::NoCertificate { file });
    }
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    let built = builder.allow_unauthenticated().build();
    built.map_err(|why| TlsError::unusable(file, why))
}
