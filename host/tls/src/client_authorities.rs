use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use crate::TlsError;
use crate::files::read;
use crate::pair::certificates;

/// The authorities whose certificates clients may show, and what their file held when it was read.
pub(crate) struct ClientAuthorities {
    file: PathBuf,
    contents: Vec<u8>,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl ClientAuthorities {
    /// # Errors
    /// When the file holds no authority; names it.
    pub(crate) fn load(file: PathBuf, provider: &Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let contents = read(&file)?;
        let verifier = verifier(&file, &contents, provider)?;
        Ok(Self {
            file,
            contents,
            verifier,
        })
    }

    pub(crate) fn verifier(&self) -> &Arc<dyn ClientCertVerifier> {
        &self.verifier
    }

    /// Takes what the file holds now. Returns whether it is something else.
    ///
    /// # Errors
    /// When it holds no authority.
    pub(crate) fn look(&mut self, provider: &Arc<CryptoProvider>) -> Result<bool, TlsError> {
        let contents = read(&self.file)?;
        if contents == self.contents {
            return Ok(false);
        }
        self.verifier = verifier(&self.file, &contents, provider)?;
        self.contents = contents;
        Ok(true)
    }
}

/// Verifies the certificates of clients that show one. The others are served without: probes and most
/// senders have none.
fn verifier(
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
        return Err(TlsError::NoAuthority { file });
    }
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    let built = builder.allow_unauthenticated().build();
    built.map_err(|why| TlsError::unusable(file, why))
}
