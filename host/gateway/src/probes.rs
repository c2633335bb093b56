//! The endpoints that tell about the process itself. They have ports of their own, since the port
//! of webhooks is public. That port says only whether the process lives and is ready, because load
//! balancers probe the port that they forward to.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use prometheus_client::registry::Registry;

use crate::listener::{Caller, Endpoint};
use crate::readiness::Readiness;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>, "Text format".
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// `/healthz` and `/readyz`.
pub(crate) struct HealthEndpoint(pub(crate) Arc<Readiness>);

impl Endpoint for HealthEndpoint {
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        _: Caller,
    ) -> Response<Full<Bytes>> {
        match path_of_get(&request) {
            Some("/healthz") => text(StatusCode::OK, TEXT, "ok\n"),
            Some("/readyz") => {
                let failing = self.0.failing();
                let lines = |lines: &[String]| {
                    lines
                        .iter()
                        .fold(String::new(), |text, line| text + line + "\n")
                };
                let warnings = lines(&self.0.warnings());
                if failing.is_empty() {
                    text(StatusCode::OK, TEXT, format!("ok\n{warnings}"))
                } else {
                    let body = lines(&failing) + &warnings;
                    text(StatusCode::SERVICE_UNAVAILABLE, TEXT, body)
                }
            }
            _ => text(StatusCode::NOT_FOUND, TEXT, "GET /healthz or /readyz\n"),
        }
    }
}

/// `/metrics`.
pub(crate) struct MetricsEndpoint(pub(crate) Arc<Registry>);

impl Endpoint for MetricsEndpoint {
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        _: Caller,
    ) -> Response<Full<Bytes>> {
        if path_of_get(&request) != Some("/metrics") {
            return text(StatusCode::NOT_FOUND, TEXT, "GET /metrics\n");
        }
        let mut encoded = String::new();
        match prometheus_client::encoding::text::encode(&mut encoded, &self.0) {
            Ok(()) => text(StatusCode::OK, OPEN_METRICS, encoded),
            Err(error) => {
                tracing::error!(%error, "cannot encode the metrics");
                let message = "the metrics cannot be encoded; see the log\n";
                text(StatusCode::INTERNAL_SERVER_ERROR, TEXT, message)
            }
        }
    }
}

/// The answer to a probe on the port of webhooks. `None`: the request is none. What the process waits
/// for is not told there. Load balancers that are told no path ask for `/`.
pub(crate) fn public_probe(
    request: &Request<Incoming>,
    readiness: &Readiness,
) -> Option<Response<Full<Bytes>>> {
    let ready = match path_of_get(request)? {
        "/healthz" => true,
        "/" | "/readyz" => readiness.failing().is_empty(),
        _ => return None,
    };
    Some(match ready {
        true => text(StatusCode::OK, TEXT, "ok\n"),
        false => text(StatusCode::SERVICE_UNAVAILABLE, TEXT, "not ready\n"),
    })
}

fn path_of_get(request: &Request<Incoming>) -> Option<&str> {
    matches!(*request.method(), Method::GET | Method::HEAD).then(|| request.uri().path())
}

fn text(
    status: StatusCode,
    content_type: HeaderValue,
    body: impl Into<Bytes>,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}
