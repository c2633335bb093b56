//! A server on loopback with certificates of its own authority, or without TLS.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::background::Background;
use crate::patience::PATIENCE;

/// The names and addresses in the server's certificate. Google's name is reached through a proxy.
const NAMES: [&str; 4] = [
    "localhost",
    "127.0.0.1",
    "accounts.google.com",
    "www.googleapis.com",
];

/// Whom a server with TLS talks to.
#[derive(Clone, Copy)]
enum Clients {
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
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?;
        let builder = builder.with_root_certificates(roots);
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

    fn server(&self, clients: Clients) -> Result<TlsAcceptor> {
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

/// What a server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Bytes,
        sending: Sending,
    },
    /// No answer, on a connection that stays open.
    Silence,
}

impl Reply {
    /// A 200 with this body.
    #[must_use]
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self::status(200, body)
    }

    /// This status with this body.
    #[must_use]
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: body.into(),
            sending: Sending::Announced,
        }
    }

    /// The same in chunks, without a `Content-Length`.
    #[must_use]
    pub fn in_chunks(self) -> Self {
        self.sent(Sending::InChunks)
    }

    /// The same again and again, as one body without an end.
    #[must_use]
    pub fn without_end(self) -> Self {
        self.sent(Sending::WithoutEnd)
    }

    /// The same byte by byte, with this time between them.
    #[must_use]
    pub fn dripping(self, every: Duration) -> Self {
        self.sent(Sending::Dripping(every))
    }

    fn sent(mut self, how: Sending) -> Self {
        if let Self::Answer { sending, .. } = &mut self {
            *sending = how;
        }
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// How the body of an answer is sent.
#[derive(Clone, Copy, Debug)]
pub enum Sending {
    /// At once, with a `Content-Length`.
    Announced,
    /// In two halves, without a `Content-Length`.
    InChunks,
    WithoutEnd,
    Dripping(Duration),
}

type Body = UnsyncBoxBody<Bytes, Infallible>;
type Rule = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

/// A server that decides its answers by the path and the query. It ends with the value.
pub struct Server {
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    running: Option<Background>,
}

struct Shared {
    rule: Mutex<Rule>,
    asked: Mutex<Vec<String>>,
    /// The `authorization` of each request that had one.
    authorizations: Mutex<Vec<String>>,
}

impl Server {
    /// Starts a server. Without an authority it does not speak TLS.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        authority: Option<&Authority>,
        rule: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        let tls = authority.map(|authority| authority.server(Clients::Anybody));
        Self::with(tls.transpose()?, rule)
    }

    /// Starts a server that talks only to clients with a certificate of its authority.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn asking_for_certificates(
        authority: &Authority,
        rule: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::with(Some(authority.server(Clients::OfTheAuthority)?), rule)
    }

    fn with(
        tls: Option<TlsAcceptor>,
        rule: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        let mut server = Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls,
            shared: Arc::new(Shared {
                rule: Mutex::new(Arc::new(rule)),
                asked: Mutex::default(),
                authorizations: Mutex::default(),
            }),
            running: None,
        };
        server.resume()?;
        Ok(server)
    }

    /// Serves again after [`Self::stop`], at the same address.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn resume(&mut self) -> Result<()> {
        let listener = std::net::TcpListener::bind(self.address)?;
        self.address = listener.local_addr()?;
        let (tls, shared) = (self.tls.clone(), Arc::clone(&self.shared));
        let serve = move |listener| accept(listener, tls, shared);
        self.running = Some(Background::start("server", listener, serve)?);
        Ok(())
    }

    /// Ends it with all its connections. Until [`Self::resume`] its port refuses connections.
    ///
    /// # Panics
    /// When it has panicked.
    pub fn stop(&mut self) {
        drop(self.running.take());
    }

    /// Decides the answers from now on.
    pub fn decide(&self, rule: impl Fn(&str) -> Reply + Send + Sync + 'static) {
        *lock(&self.shared.rule) = Arc::new(rule);
    }

    /// The URL of a path, by the name that its certificate has.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://localhost:{}{path}", self.address.port())
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was asked for until now, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        lock(&self.shared.asked).clone()
    }

    /// The credentials that came until now, in order.
    #[must_use]
    pub fn authorizations(&self) -> Vec<String> {
        lock(&self.shared.authorizations).clone()
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&shared, request));
            let http = hyper::server::conn::http1::Builder::new();
            // A connection that breaks is its client's own concern.
            match tls {
                None => drop(http.serve_connection(TokioIo::new(stream), service).await),
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        drop(http.serve_connection(TokioIo::new(stream), service).await);
                    }
                }
            }
        });
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let target = request.uri().to_string();
    lock(&shared.asked).push(target.clone());
    if let Some(value) = request.headers().get("authorization") {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        lock(&shared.authorizations).push(value);
    }
    let rule = Arc::clone(&lock(&shared.rule));
    match rule(&target) {
        Reply::Silence => std::future::pending().await,
        Reply::Answer {
            status,
            headers,
            body,
            sending,
        } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            let body = send(body, sending);
            Ok(response.body(body).expect("headers that are"))
        }
    }
}

fn send(body: Bytes, sending: Sending) -> Body {
    let frame = |bytes: Bytes| Ok(Frame::data(bytes));
    match sending {
        Sending::Announced => Full::new(body).boxed_unsync(),
        Sending::InChunks => {
            let halves = [body.slice(..body.len() / 2), body.slice(body.len() / 2..)];
            StreamBody::new(stream::iter(halves.map(frame))).boxed_unsync()
        }
        Sending::WithoutEnd => {
            StreamBody::new(stream::repeat_with(move || frame(body.clone()))).boxed_unsync()
        }
        Sending::Dripping(every) => {
            let drip = stream::unfold(body, move |mut body| async move {
                tokio::time::sleep(every).await;
                (!body.is_empty()).then(|| (frame(body.split_to(1)), body))
            });
            StreamBody::new(drip).boxed_unsync()
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
