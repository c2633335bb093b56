use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bellpull_core::limits;
use bytes::Bytes;
use governor::DefaultDirectRateLimiter;
use http::{HeaderValue, Method, Request, Response, Version, header};
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::connection::Connection;
use super::endpoint::{Caller, Endpoint};
use super::lingering_close::LingeringStream;
use super::open::{OpenError, Opened, Opening};
use crate::in_flight::InFlight;
use crate::metrics::{GatewayMetrics, ReachedLimit, RefusedConnection};

/// Concurrent requests on one HTTP/2 connection.
const STREAMS: u32 = 64;
/// Bytes that a peer may send on one HTTP/2 stream before they are read.
const STREAM_WINDOW: u32 = 128 << 10;
/// The same for all streams of a connection. 4096 connections hold 1 GiB at worst, no more than
/// their header sections may.
const CONNECTION_WINDOW: u32 = 256 << 10;
/// How long a connection that makes room for another may still write a finished answer.
const LAST_ANSWER: Duration = Duration::from_millis(100);
/// How long a connection may take to shut down.
const SHUTDOWN: Duration = Duration::from_secs(3);

/// How a listener treats its connections.
#[derive(Clone)]
pub(crate) struct ListenerOptions {
    pub(crate) max_connections: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) opening: Opening,
    pub(crate) metrics: GatewayMetrics,
    /// Bounds the lines of the log about refused connections.
    pub(crate) refusals: Arc<DefaultDirectRateLimiter>,
}

/// Serves one connection to its end: HTTP/1.1, or HTTP/2 by prior knowledge (RFC 9113, section
/// 3.3).
pub(super) async fn serve_connection<E: Endpoint>(
    stream: TcpStream,
    peer: IpAddr,
    connection: Connection,
    endpoint: Arc<E>,
    options: ListenerOptions,
    mut finish: watch::Receiver<bool>,
) {
    let opening = options.opening.open(stream, peer);
    let opened = tokio::select! {
        opened = timeout(options.header_timeout, opening) => opened,
        () = connection.ended() => return,
        _ = finish.wait_for(|finish| *finish) => return,
    };
    let (stream, client) = match opened {
        Ok(Ok(Opened::Requests(stream, client))) => (stream, client),
        Ok(Ok(Opened::Validated)) => return,
        Ok(Err(error)) => return refuse(&error, peer, &options),
        Err(_) => return options.metrics.limit(ReachedLimit::HeaderTimeout),
    };
    connection.opened();
    let requests = InFlight::new();
    let version = OnceLock::new();
    let service = service_fn(|request: Request<Incoming>| {
        version.get_or_init(|| request.version());
        let in_flight = requests.enter();
        let endpoint = Arc::clone(&endpoint);
        let caller = Caller {
            connection: connection.clone(),
            client: client.now(),
        };
        async move {
            let is_head = *request.method() == Method::HEAD;
            let mut response = endpoint.answer(request, caller).await;
            if is_head {
                drop_body(&mut response);
            }
            drop(in_flight);
            Ok::<_, Infallible>(response)
        }
    });
    let builder = builder(options.header_timeout);
    let io = TokioIo::new(LingeringStream::new(stream));
    let mut conversation = pin!(builder.serve_connection(io, service));

    let mut makes_room = false;
    tokio::select! {
        result = conversation.as_mut() => return report(result, &options.metrics),
        // hyper's own header timeout begins only once hyper knows the protocol, and does not exist
        // for HTTP/2. This timeout covers every phase of both protocols.
        () = requests.idle_for(options.header_timeout) => match version.get() {
            // GOAWAY tells the peer which requests were not seen, so a race loses none.
            Some(&Version::HTTP_2) => conversation.as_mut().graceful_shutdown(),
            Some(_) => return,
            None => return options.metrics.limit(ReachedLimit::HeaderTimeout),
        },
        () = connection.ended() => makes_room = true,
        _ = finish.wait_for(|finish| *finish) => conversation.as_mut().graceful_shutdown(),
    }
    if makes_room {
        conversation.as_mut().graceful_shutdown();
        return drop(timeout(LAST_ANSWER, conversation).await);
    }
    tokio::select! {
        result = conversation => report(result, &options.metrics),
        () = requests.idle_for(SHUTDOWN) => {}
    }
}

fn refuse(error: &OpenError, peer: IpAddr, options: &ListenerOptions) {
    options.metrics.refused(match error {
        OpenError::ProxyHeader(_) => RefusedConnection::ProxyHeader,
        OpenError::Handshake(_) | OpenError::Certificate(_) => RefusedConnection::TlsHandshake,
    });
    // Anyone can have connections refused and so fill the log. The metric counts them.
    if options.refusals.check().is_ok() {
        tracing::warn!(%peer, %error, "connection refused; others of this minute are told at debug");
    } else {
        tracing::debug!(%peer, %error, "connection refused");
    }
}

fn builder(header_timeout: Duration) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .half_close(true)
        .max_buf_size(limits::MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(limits::MAX_HEADERS).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(header_timeout)
        .keep_alive_timeout(header_timeout);
    builder
}

/// An answer to HEAD has the headers of an answer to GET, and no body (RFC 9110, section 9.3.2).
fn drop_body(response: &mut Response<Full<Bytes>>) {
    if let Some(length) = response.body().size_hint().exact() {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Full::default();
}

type Ended = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn report(ended: Ended, metrics: &GatewayMetrics) {
    let Err(error) = ended else { return };
    let hyper = error.downcast_ref::<hyper::Error>();
    if hyper.is_some_and(hyper::Error::is_parse_too_large) {
        metrics.limit(ReachedLimit::Headers);
    }
    tracing::debug!(%error, "connection ended");
}
