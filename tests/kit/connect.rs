//! A proxy that connects every host to one local server.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::background::Background;

/// A proxy for `CONNECT` (RFC 9110, section 9.3.6), as `HTTPS_PROXY` names one. It ends with the
/// value.
pub struct ConnectProxy {
    address: SocketAddr,
    _running: Background,
}

impl ConnectProxy {
    /// Starts a proxy whose tunnels all end at this port of loopback.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(port: u16) -> Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Self {
            address: listener.local_addr()?,
            _running: Background::start("proxy", listener, move |at| accept(at, port))?,
        })
    }

    /// Its URL, as `HTTPS_PROXY` has it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn accept(listener: TcpListener, port: u16) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let service = service_fn(|request| async move { tunnel(request, port) });
            let http = hyper::server::conn::http1::Builder::new();
            let connection = http.serve_connection(TokioIo::new(stream), service);
            // A connection that breaks is its client's own concern.
            drop(connection.with_upgrades().await);
        });
    }
}

fn tunnel(mut request: Request<Incoming>, port: u16) -> Result<Response<Empty<Bytes>>, Infallible> {
    let mut response = Response::new(Empty::new());
    if request.method() != Method::CONNECT {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        return Ok(response);
    }
    tokio::spawn(async move {
        let upgraded = hyper::upgrade::on(&mut request).await;
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
        if let (Ok(upgraded), Ok(mut server)) = (upgraded, server) {
            let copied =
                tokio::io::copy_bidirectional(&mut TokioIo::new(upgraded), &mut server).await;
            drop(copied);
        }
    });
    Ok(response)
}
