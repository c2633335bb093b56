//! The connections of senders to one replica, over TLS.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::https::Authority;

type Body = Full<Bytes>;

/// How a delivery is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Protocol {
    /// HTTP/1.1 on a connection that has been used before, if one is free.
    Kept,
    /// HTTP/1.1 on a connection of its own.
    Once,
    /// HTTP/2 on the connection that all share.
    Shared,
}

impl Protocol {
    pub(super) const ALL: [Self; 3] = [Self::Kept, Self::Shared, Self::Once];
}

/// What became of a request on a kept connection.
enum Kept {
    Answered((u16, Bytes)),
    /// Nothing of it was sent: there was no connection, or it was closed.
    Unsent(Box<Request<Body>>),
}

/// Connections that are kept between deliveries.
pub(super) struct Connections {
    http1: TlsConnector,
    http2: TlsConnector,
    kept: Mutex<Vec<http1::SendRequest<Body>>>,
    shared: tokio::sync::Mutex<Option<http2::SendRequest<Body>>>,
}

impl Connections {
    pub(super) fn new(authority: &Authority) -> Result<Self> {
        Ok(Self {
            http1: authority.connector(&["http/1.1"])?,
            http2: authority.connector(&["h2"])?,
            kept: Mutex::default(),
            shared: tokio::sync::Mutex::default(),
        })
    }

    /// Sends a request whose target is a path: status and body. A request of which a closed connection
    /// has sent nothing is sent on a new one, as every client does.
    pub(super) async fn send(
        &self,
        to: SocketAddr,
        protocol: Protocol,
        request: Request<Body>,
    ) -> Result<(u16, Bytes)> {
        match protocol {
            Protocol::Shared => read(self.over_http2(to, request).await?).await,
            Protocol::Once => self.over_http1(to, request, false).await,
            Protocol::Kept => match self.over_kept(request).await? {
                Kept::Answered(answer) => Ok(answer),
                Kept::Unsent(request) => self.over_http1(to, *request, true).await,
            },
        }
    }

    /// Ends the connections that nothing waits for.
    pub(super) async fn close(&self) {
        self.kept().clear();
        *self.shared.lock().await = None;
    }

    /// The certificate that the replica shows on a new connection.
    pub(super) async fn shown(&self, to: SocketAddr) -> Result<CertificateDer<'static>> {
        let stream = open(&self.http1, to).await?;
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default();
        let leaf = chain.first().context("no certificate was shown")?;
        Ok(leaf.clone().into_owned())
    }

    async fn over_kept(&self, request: Request<Body>) -> Result<Kept> {
        let free = self.kept().pop();
        let Some(mut sender) = free else {
            return Ok(Kept::Unsent(Box::new(request)));
        };
        if sender.ready().await.is_err() {
            return Ok(Kept::Unsent(Box::new(request)));
        }
        match sender.try_send_request(request).await {
            Ok(answer) => {
                let answer = read(answer).await?;
                self.kept().push(sender);
                Ok(Kept::Answered(answer))
            }
            Err(error) => Ok(Kept::Unsent(Box::new(unsent(error)?))),
        }
    }

    async fn over_http1(
        &self,
        to: SocketAddr,
        request: Request<Body>,
        keep: bool,
    ) -> Result<(u16, Bytes)> {
        let stream = TokioIo::new(open(&self.http1, to).await?);
        let (mut sender, connection) = http1::handshake(stream).await?;
        tokio::spawn(connection);
        let answer = sender.send_request(request).await?;
        let answer = read(answer).await?;
        if keep {
            self.kept().push(sender);
        }
        Ok(answer)
    }

    async fn over_http2(
        &self,
        to: SocketAddr,
        request: Request<Body>,
    ) -> Result<Response<Incoming>> {
        let mut sender = self.http2(to).await?;
        match sender.try_send_request(request).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let request = unsent(error)?;
                Ok(self.http2(to).await?.send_request(request).await?)
            }
        }
    }

    /// The shared connection, a new one where the last one is closed.
    async fn http2(&self, to: SocketAddr) -> Result<http2::SendRequest<Body>> {
        let mut shared = self.shared.lock().await;
        if let Some(sender) = shared.as_ref().filter(|sender| !sender.is_closed()) {
            return Ok(sender.clone());
        }
        let stream = TokioIo::new(open(&self.http2, to).await?);
        let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
        tokio::spawn(connection);
        *shared = Some(sender.clone());
        Ok(sender)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<http1::SendRequest<Body>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn open(tls: &TlsConnector, to: SocketAddr) -> Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(to).await.context("no connection")?;
    let stream = tls.connect("localhost".try_into()?, stream).await;
    stream.context("no handshake")
}

async fn read(answer: Response<Incoming>) -> Result<(u16, Bytes)> {
    let (head, body) = answer.into_parts();
    let body = body.collect().await.context("half an answer")?;
    Ok((head.status.as_u16(), body.to_bytes()))
}

/// The request, if nothing of it was sent.
fn unsent(mut error: TrySendError<Request<Body>>) -> Result<Request<Body>> {
    match error.take_message() {
        Some(request) => Ok(request),
        None => Err(error.into_error().into()),
    }
}
