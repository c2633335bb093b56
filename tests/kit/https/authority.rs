//! A certificate authority, with the certificates of servers and clients.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    ClientConfig, ClientConnection, ConfigBuilder, RootCertStore, ServerConfig, StreamOwned,
};
use tempfile::TempDir;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::patience::PATIENCE;

/// The names and addresses in the server's certificate. Google's and Amazon's are reached through a proxy.
const NAMES: [&str; 5] = [
    "localhost",
    "127.0.0.1",
    "accounts.google.com",
    "www.googleapis.com",
    "sns.eu-west-1.amazonaws.com",
];

/// Whom a server with TLS talks to.
#[derive(Clone, Copy)]
pub(super) enum Clients {
    Anybody,
    /// Those that show a certificate of the server's own authority.
    OfTheAuthority,
}

/// A certificate authority that nobody else trusts.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    folder: TempDir,
}

impl Authority {
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn new() -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = params.self_signed(&key)?.pem();
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("ca.pem"), &pem)?;
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
            folder,
        })
    }

    /// Its certificate.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A file with its certificate. It is removed with the value.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate of a client and its key, both in PEM.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn client(&self) -> Result<(String, String)> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::default().signed_by(&key, &self.issuer)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }

    /// One request on a connection of its own, to a server on loopback whose certificate this authority has
    /// issued: status and body. The client may show a certificate with its key, as of [`Self::client`].
    ///
    /// # Errors
    /// When the handshake fails, the connection breaks, or the answer is none.
    pub fn request(
        &self,
        address: SocketAddr,
        client: Option<&(String, String)>,
        head: &str,
        body: &[u8],
    ) -> Result<(u16, String)> {
        let builder = self.trusting()?;
        let config = match client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => builder.with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(certificate.as_bytes())?],
                PrivateKeyDer::from_pem_slice(key.as_bytes())?,
            )?,
        };
        let session = ClientConnection::new(Arc::new(config), "localhost".try_into()?)?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut stream = StreamOwned::new(session, stream);
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).context("no status")?.parse()?;
        let (_, body) = answer.split_once("\r\n\r\n").context("no body")?;
        Ok((status, body.to_owned()))
    }

    /// TLS to servers whose certificate this authority has issued, by one of these protocols (RFC 7301).
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn connector(&self, protocols: &[&str]) -> Result<TlsConnector> {
        let mut config = self.trusting()?.with_no_client_auth();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().into())
            .collect();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    fn trusting(&self) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?;
        Ok(builder.with_root_certificates(roots))
    }

    /// Writes a certificate for `localhost` and its key to `tls.crt` and `tls.key` of a folder.
    ///
    /// # Errors
    /// When they cannot be made or written.
    pub fn issue_into(&self, folder: &Path) -> Result<()> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new(NAMES.map(str::to_owned))?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        std::fs::write(folder.join("tls.crt"), certificate.pem())?;
        std::fs::write(folder.join("tls.key"), key.serialize_pem())?;
        Ok(())
    }

    /// TLS with a certificate of this authority, for anybody.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor> {
        self.server(Clients::Anybody)
    }

    pub(super) fn server(&self, clients: Clients) -> Result<TlsAcceptor> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new(NAMES.map(str::to_owned))?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clients = match clients {
            Clients::Anybody => WebPkiClientVerifier::no_client_auth(),
            Clients::OfTheAuthority => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes())?)?;
                let roots = Arc::new(roots);
                WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider)).build()?
            }
        };
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
