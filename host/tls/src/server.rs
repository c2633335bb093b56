use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, ResolvesServerCert};

use crate::TlsError;
use crate::names::{CertificateChooser, CertificatesByName};
use crate::pair::CertificatePair;
use crate::source::CertificateSource;

/// TLS of a listener: versions 1.2 and 1.3, and HTTP/2 and HTTP/1.1 by ALPN. What it is made of may
/// change while it serves.
pub struct TlsServer {
    provider: Arc<CryptoProvider>,
    chooser: Arc<CertificateChooser>,
    source: CertificateSource,
    config: ArcSwap<ServerConfig>,
    verifier: ArcSwap<Option<Arc<dyn ClientCertVerifier>>>,
}

impl TlsServer {
    /// TLS without a certificate yet.
    pub(crate) fn new(source: CertificateSource) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let chooser = Arc::<CertificateChooser>::default();
        let config = config(&provider, &chooser, source, None)?;
        Ok(Self {
            provider,
            chooser,
            source,
            config: ArcSwap::from_pointee(config),
            verifier: ArcSwap::default(),
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

    /// What verifies the certificates of clients now, if they are asked for one.
    pub(crate) fn verifier(&self) -> Option<Arc<dyn ClientCertVerifier>> {
        (**self.verifier.load()).clone()
    }

    /// Takes what was read of files. `verifier`: of the certificates of clients, if they are asked for one.
    /// No client can resume a session of the time before.
    pub(crate) fn take(
        &self,
        pairs: &[Arc<CertificatePair>],
        verifier: Option<Arc<dyn ClientCertVerifier>>,
    ) -> Result<(), TlsError> {
        let config = config(&self.provider, &self.chooser, self.source, verifier.clone())?;
        if self.source == CertificateSource::Files {
            let pairs = pairs.iter().map(|pair| &**pair);
            self.chooser.set(CertificatesByName::new(pairs));
        }
        self.config.store(Arc::new(config));
        self.verifier.store(Arc::new(verifier));
        Ok(())
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}

fn config(
    provider: &Arc<CryptoProvider>,
    chooser: &Arc<CertificateChooser>,
    source: CertificateSource,
    verifier: Option<Arc<dyn ClientCertVerifier>>,
) -> Result<ServerConfig, TlsError> {
    let chooser: Arc<dyn ResolvesServerCert> = Arc::clone(chooser) as _;
    let builder = ServerConfig::builder_with_provider(Arc::clone(provider));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| TlsError::Setup(error.to_string()))?;
    let asks_clients = verifier.is_some();
    let builder = match verifier {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(chooser);
    if asks_clients {
        // A resumed session does not verify the certificate of the client again.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    config.alpn_protocols = source.protocols();
    Ok(config)
}
