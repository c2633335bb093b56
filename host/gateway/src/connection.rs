use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bellpull_core::limits;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, Version, header};
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::count::Count;
use crate::linger::Lingering;
use crate::metrics::{Limit, Metrics};
use crate::peer::Connection;

/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 64;
/// What a peer may send on one HTTP/2 stream before it is read, bytes.
const STREAM_WINDOW: u32 = 128 << 10;
/// The same on the whole connection: 4096 connections hold 1 GiB at the worst, which is no more
/// than their header sections may.
const CONNECTION_WINDOW: u32 = 256 << 10;
/// How long a connection that makes room for another may still write an answer that is ready.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// How long a connection that is told to end may take over it.
const GOODBYE: Duration = Duration::from_secs(3);

/// What answers the requests of a listener.
pub(crate) trait Endpoint: Send + Sync + 'static {
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        connection: Connection,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}

/// How a listener treats its connections.
#[derive(Clone)]
pub(crate) struct Lane {
    pub(crate) max_connections: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) metrics: Metrics,
}

/// Serves one connection to its end: HTTP/1.1, or HTTP/2 by prior knowledge (RFC 9113, section
/// 3.3).
pub(crate) async fn converse<E: Endpoint>(
    stream: TcpStream,
    identity: Connection,
    endpoint: Arc<E>,
    lane: Lane,
    mut finish: watch::Receiver<bool>,
) {
    let requests = Count::new();
    let spoken = OnceLock::new();
    let service = service_fn(|request: Request<Incoming>| {
        spoken.get_or_init(|| request.version());
        let held = requests.enter();
        let (endpoint, connection) = (Arc::clone(&endpoint), identity.clone());
        async move {
            let head = *request.method() == Method::HEAD;
            let mut response = endpoint.answer(request, connection).await;
            if head {
                keep_head(&mut response);
            }
            drop(held);
            Ok::<_, Infallible>(response)
        }
    });
    let builder = builder(lane.header_timeout);
    let io = TokioIo::new(Lingering::new(stream));
    let mut connection = pin!(builder.serve_connection(io, service));

    let mut makes_room = false;
    tokio::select! {
        result = connection.as_mut() => return note(result, &lane.metrics),
        // hyper's own timeout of the header section begins only once it knows the protocol, and
        // there is none for HTTP/2; this one covers every phase of both.
        () = requests.idle_for(lane.header_timeout) => match spoken.get() {
            // GOAWAY tells which requests were not seen, so none is lost by a race.
            Some(&Version::HTTP_2) => connection.as_mut().graceful_shutdown(),
            Some(_) => return,
            None => return lane.metrics.limit(Limit::HeaderTimeout),
        },
        () = identity.ended() => makes_room = true,
        _ = finish.wait_for(|finish| *finish) => connection.as_mut().graceful_shutdown(),
    }
    if makes_room {
        connection.as_mut().graceful_shutdown();
        return drop(timeout(LAST_WORDS, connection).await);
    }
    tokio::select! {
        result = connection => note(result, &lane.metrics),
        () = requests.idle_for(GOODBYE) => {}
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

/// The answer to HEAD: headers as for GET, and no body (RFC 9110, section 9.3.2).
fn keep_head(response: &mut Response<Full<Bytes>>) {
    if let Some(length) = response.body().size_hint().exact() {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Full::default();
}

type Ended = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn note(ended: Ended, metrics: &Metrics) {
    let Err(error) = ended else { return };
    let hyper = error.downcast_ref::<hyper::Error>();
    if hyper.is_some_and(hyper::Error::is_parse_too_large) {
        metrics.limit(Limit::Headers);
    }
    tracing::debug!(%error, "connection ended");
}
