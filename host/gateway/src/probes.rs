use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::{Readiness, listener};

/// Connections to one of these ports at once.
const CONNECTIONS: usize = 64;
/// Until a probe has said what it wants.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// OpenMetrics 1.0, section "Overall Structure".
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `/healthz` and `/readyz`, for ever.
pub(crate) async fn health(port: TcpListener, readiness: Readiness) {
    serve(port, move |path| match path {
        "/healthz" => Some(text(StatusCode::OK, "ok\n".to_owned())),
        "/readyz" => Some(match readiness.missing() {
            missing if missing.is_empty() => text(StatusCode::OK, "ok\n".to_owned()),
            missing => text(StatusCode::SERVICE_UNAVAILABLE, missing.join("\n") + "\n"),
        }),
        _ => None,
    })
    .await;
}

/// `/metrics`, for ever.
pub(crate) async fn metrics(port: TcpListener, registry: Arc<Registry>) {
    serve(port, move |path| {
        (path == "/metrics").then(|| {
            let mut page = String::new();
            if prometheus_client::encoding::text::encode(&mut page, &registry).is_err() {
                return text(StatusCode::INTERNAL_SERVER_ERROR, String::new());
            }
            let mut response = text(StatusCode::OK, page);
            let content_type = HeaderValue::from_static(OPENMETRICS);
            response.headers_mut().insert(CONTENT_TYPE, content_type);
            response
        })
    })
    .await;
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

async fn serve<F>(port: TcpListener, page: F)
where
    F: Fn(&str) -> Option<Response<Full<Bytes>>> + Clone + Send + Sync + 'static,
{
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let stream = listener::next(&port).await;
        let page = page.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let found = page(request.uri().path());
                let answer =
                    found.unwrap_or_else(|| text(StatusCode::NOT_FOUND, "not found\n".to_owned()));
                async move { Ok::<_, Infallible>(answer) }
            });
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
            // A probe that breaks off concerns nobody.
            drop(builder.serve_connection(TokioIo::new(stream), service).await);
            drop(permit);
        });
    }
}
