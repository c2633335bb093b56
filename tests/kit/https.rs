//! A server on loopback with certificates of its own authority, or without TLS.

mod authority;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::background::Background;
use authority::Clients;

pub use authority::Authority;

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
