//! A receiver of traces by OTLP over HTTP, as a collector has one.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::net::TcpListener;

use crate::background::Background;

/// The texts of attributes by their keys. A number is its decimal text.
pub type Attributes = BTreeMap<String, String>;

/// A span as it came.
#[derive(Clone, Debug)]
pub struct ReceivedSpan {
    /// Who has traced.
    pub resource: Attributes,
    pub name: String,
    /// 32 digits of hex.
    pub trace: String,
    /// 16 digits of hex, as `parent`, which is empty for a root.
    pub span: String,
    pub parent: String,
    pub attributes: Attributes,
    /// The message of an error.
    pub error: Option<String>,
}

/// What a receiver does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It takes the spans.
    Spans,
    /// It never answers.
    Nothing,
    /// It answers 503.
    Refusing,
}

/// A running receiver. It ends with the value.
pub struct OtlpReceiver {
    address: SocketAddr,
    state: Arc<State>,
    _running: Background,
}

struct State {
    taking: Taking,
    spans: Mutex<Vec<ReceivedSpan>>,
    /// The headers of each request.
    headers: Mutex<Vec<String>>,
    bodies: Mutex<Vec<Bytes>>,
}

impl OtlpReceiver {
    /// # Errors
    /// When it cannot be started.
    pub fn start(taking: Taking) -> Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            taking,
            spans: Mutex::default(),
            headers: Mutex::default(),
            bodies: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let serve = move |listener| accept(listener, shared);
        Ok(Self {
            address,
            state,
            _running: Background::start("otlp", listener, serve)?,
        })
    }

    /// The base URL, as `--otlp-endpoint` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The spans until now.
    #[must_use]
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        lock(&self.state.spans).clone()
    }

    /// Everything that has come until now, as text: heads and bodies.
    #[must_use]
    pub fn all(&self) -> String {
        let mut all = lock(&self.state.headers).concat();
        for body in lock(&self.state.bodies).iter() {
            all.push_str(&String::from_utf8_lossy(body));
        }
        all
    }

    /// The number of requests until now.
    #[must_use]
    pub fn requests(&self) -> usize {
        lock(&self.state.headers).len()
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&state, request));
            let http = hyper::server::conn::http1::Builder::new();
            // A connection that breaks is its client's own concern.
            drop(http.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    state: &State,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let head = format!("{} {:?}\n", request.uri(), request.headers());
    let is_traces = request.uri().path() == "/v1/traces";
    let is_protobuf = request
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "application/x-protobuf");
    lock(&state.headers).push(head);
    match state.taking {
        Taking::Nothing => std::future::pending().await,
        Taking::Refusing => Ok(status(503)),
        Taking::Spans if !is_traces => Ok(status(404)),
        Taking::Spans if !is_protobuf => Ok(status(415)),
        Taking::Spans => {
            let Ok(body) = request.into_body().collect().await else {
                return Ok(status(400));
            };
            let body = body.to_bytes();
            let Ok(told) = ExportTraceServiceRequest::decode(body.clone()) else {
                return Ok(status(400));
            };
            lock(&state.bodies).push(body);
            lock(&state.spans).extend(received(told));
            let taken = ExportTraceServiceResponse::default().encode_to_vec();
            Ok(Response::new(Full::new(taken.into())))
        }
    }
}

fn status(code: u16) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = hyper::StatusCode::from_u16(code).expect("a status");
    response
}

fn received(told: ExportTraceServiceRequest) -> Vec<ReceivedSpan> {
    let mut spans = Vec::new();
    for of_resource in told.resource_spans {
        let resource = of_resource.resource.unwrap_or_default();
        let resource = texts(resource.attributes);
        for of_scope in of_resource.scope_spans {
            let of = |span: Span| ReceivedSpan {
                resource: resource.clone(),
                name: span.name,
                trace: hex::encode(span.trace_id),
                span: hex::encode(span.span_id),
                parent: hex::encode(span.parent_span_id),
                attributes: texts(span.attributes),
                error: span
                    .status
                    .filter(|status| status.code == 2)
                    .map(|status| status.message),
            };
            spans.extend(of_scope.spans.into_iter().map(of));
        }
    }
    spans
}

fn texts(attributes: Vec<KeyValue>) -> Attributes {
    let text = |value: Value| match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let text = |one: KeyValue| Some((one.key, text(one.value?.value?)));
    attributes.into_iter().filter_map(text).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
