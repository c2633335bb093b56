use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoClientAuth, ResolvesServerCert};

use crate::TlsError;
use crate::files::LoadedFiles;
use crate::names::{CertificateChooser, CertificatesByName};
use crate::source::CertificateSource;

/// TLS of a listener: versions 1.2 and 1.3, and HTTP/2 and HTTP/1.1 by ALPN. What it is made of may
/// change while it serves.
#[derive(Debug)]
pub struct TlsServer {
    provider: Arc<CryptoProvider>,
    chooser: Arc<CertificateChooser>,
    source: CertificateSource,
    config: ArcSwap<ServerConfig>,
}

impl TlsServer {
    /// TLS without a certificate yet.
    pub(crate) fn new(source: CertificateSource) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let chooser = Arc::<CertificateChooser>::default();
        let config = config(&provider, &chooser, source, Arc::new(NoClientAuth))?;
        Ok(Self {
            provider,
            chooser,
            source,
            config: ArcSwap::from_pointee(config),
        })
    }

    /// The configuration for a handshake that begins now.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        self.config.load_full()
    }

    pub(crate) fn chooser(&self) -> &CertificateChooser {
        &self.chooser
    }

    pub(crate) fn provider(&self) -> &Arc<CryptoProvider> {
        &self.provider
    }

    /// Takes what was read of files. No client can resume a session of the time before: it may have been
    /// verified by an authority that no longer counts.
    pub(crate) fn take(&self, loaded: &LoadedFiles) -> Result<(), TlsError> {
        let verifier = Arc::clone(&loaded.verifier);
        let config = config(&self.provider, &self.chooser, self.source, verifier)?;
        if self.source == CertificateSource::Files {
            self.chooser.set(CertificatesByName::new(&loaded.pairs));
        }
        self.config.store(Arc::new(config));
        Ok(())
    }
}

fn config(
    provider: &Arc<CryptoProvider>,
    chooser: &Arc<CertificateChooser>,
    source: CertificateSource,
    verifier: Arc<dyn ClientCertVerifier>,
) -> Result<ServerConfig, TlsError> {
    let chooser: Arc<dyn ResolvesServerCert> = Arc::clone(chooser) as _;
    let builder = ServerConfig::builder_with_provider(Arc::clone(provider));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| TlsError::Setup(error.to_string()))?;
    let builder = builder.with_client_cert_verifier(verifier);
    let mut config = builder.with_cert_resolver(chooser);
    config.alpn_protocols = source.protocols();
    Ok(config)
}
