use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bellpull_tls::{
    FollowedFiles, IssuedCertificate, IssuedCertificates, PairFiles, TlsFiles, TlsMetrics,
    TlsServer,
};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::within;

/// An authority that servers and clients trust.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key, as PEM.
pub(crate) struct Pem {
    certificate: String,
    key: String,
}

impl Pem {
    pub(crate) fn issued(&self) -> IssuedCertificate {
        IssuedCertificate::read(&self.certificate, &self.key).unwrap()
    }

    pub(crate) fn der(&self) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes());
        (certificate.unwrap(), key.unwrap())
    }
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub(crate) fn issue(&self, name: &str) -> Pem {
        self.issue_of(CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    /// A certificate that expires after so many seconds.
    pub(crate) fn issue_for(&self, name: &str, seconds: u64) -> Pem {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_after = std::time::SystemTime::now().into();
        params.not_after += Duration::from_secs(seconds);
        self.issue_of(params)
    }

    fn issue_of(&self, params: CertificateParams) -> Pem {
        let key = KeyPair::generate().unwrap();
        Pem {
            certificate: params.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    /// A server with a certificate for each name, which asks clients for one of this authority.
    pub(crate) fn server(&self, names: &[&str]) -> Arc<TlsServer> {
        let dir = TempDir::new().unwrap();
        let write = |file: &str, text: &str| {
            let path = dir.path().join(file);
            fs::write(&path, text).unwrap();
            path
        };
        let pairs = names.iter().map(|name| {
            let pem = self.issue(name);
            PairFiles {
                certificate: write(&format!("{name}.crt"), &pem.certificate),
                key: write(&format!("{name}.key"), &pem.key),
            }
        });
        let files = TlsFiles {
            pairs: pairs.collect(),
            client_authorities: Some(write("ca.crt", &self.0.pem())),
        };
        let followed = FollowedFiles::load(files, TlsMetrics::default()).unwrap();
        Arc::clone(followed.server())
    }

    /// A server that an authority issues certificates to, and where these go.
    pub(crate) fn issued() -> (Arc<TlsServer>, IssuedCertificates) {
        let followed = FollowedFiles::load(TlsFiles::default(), TlsMetrics::default()).unwrap();
        (
            Arc::clone(followed.server()),
            followed.issued_certificates(),
        )
    }

    /// A client that trusts this authority, and speaks TLS 1.2 alone.
    pub(crate) fn client_of_tls_1_2(&self) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_protocol_versions(&[&rustls::version::TLS12]);
        let builder = builder.unwrap().with_root_certificates(self.roots());
        builder.with_no_client_auth()
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        roots
    }

    /// A client that trusts this authority, offers these protocols, and may have a certificate.
    pub(crate) fn client(&self, protocols: &[&str], certificate: Option<&Pem>) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(self.roots());
        let mut config = match certificate {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let (certificate, key) = pem.der();
                builder
                    .with_client_auth_cert(vec![certificate], key)
                    .unwrap()
            }
        };
        let protocols = protocols.iter().map(|name| name.as_bytes().to_vec());
        config.alpn_protocols = protocols.collect();
        config
    }
}

/// A handshake that asks for a server name.
pub(crate) async fn handshake(
    address: SocketAddr,
    name: &str,
    config: ClientConfig,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = within(TcpStream::connect(address)).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    within(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}
