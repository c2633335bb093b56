//! A proxy before the API server. It sees every request and may answer in the server's place.

use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, BodyStream, Full, StreamBody};
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::control_plane::ControlPlane;
use super::identity::{Identity, kubeconfig};

/// Headers of one connection or of one message, which are not passed on.
const NOT_PASSED_ON: [HeaderName; 4] = [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// A request, before it is passed on.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When its head had arrived.
    pub began: Instant,
    pub method: Method,
    /// Without the query.
    pub path: String,
    /// What stands after the question mark.
    pub query: String,
    /// Its `Content-Type`; empty where there is none.
    pub content_type: String,
    pub body: Bytes,
}

impl Asked {
    /// Whether it is a watch.
    #[must_use]
    pub fn is_watch(&self) -> bool {
        self.parameter("watch")
            .is_some_and(|value| value != "false" && value != "0")
    }

    /// A parameter of the query, not decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.query.split('&').filter_map(|one| one.split_once('='));
        parameters.find_map(|(found, value)| (found == name).then_some(value))
    }
}

/// What the proxy does with a request.
pub enum Action {
    /// Pass it to the API server.
    Pass,
    /// Answer it with this status and JSON. The API server does not see it.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Pass it on after this time.
    PassAfter(Duration),
    /// Pass it on once this is true.
    PassWhen(watch::Receiver<bool>),
}

impl Action {
    /// A refusal in the words of an API server.
    #[must_use]
    pub fn refuse(status: u16, reason: &str, headers: Vec<(&'static str, String)>) -> Self {
        Self::Answer(status, headers, refusal(status, reason))
    }
}

/// A `Status` as an API server sends it.
#[must_use]
pub fn refusal(status: u16, reason: &str) -> String {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": format!("{reason} by the proxy of the tests"), "reason": reason, "code": status,
    })
    .to_string()
}

#[derive(Clone, Debug)]
pub struct Exchange {
    pub asked: Asked,
    pub status: u16,
    /// When its head was there.
    pub ended: Instant,
}

type Rule = Arc<dyn Fn(&Asked) -> Action + Send + Sync>;
type Body = UnsyncBoxBody<Bytes, reqwest::Error>;

struct Shared {
    server: String,
    client: reqwest::Client,
    rule: Mutex<Rule>,
    exchanges: Mutex<Vec<Exchange>>,
    cuts: watch::Sender<()>,
}

/// A running proxy. It speaks plain HTTP to clients and TLS to the API server, and passes tokens on.
/// It ends with the value.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    folder: TempDir,
    _runtime: Runtime,
}

impl Proxy {
    /// Starts a proxy that passes everything on.
    ///
    /// # Errors
    /// When it cannot listen, or there is no certificate to verify the API server with.
    pub fn start(plane: &ControlPlane) -> Result<Self> {
        // Another of this process may have been quicker, with the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let authority = fs::read(plane.authority()).context("the API server's certificate")?;
        let mut client = reqwest::Client::builder().no_proxy();
        for certificate in reqwest::Certificate::from_pem_bundle(&authority)? {
            client = client.add_root_certificate(certificate);
        }
        let shared = Arc::new(Shared {
            server: plane.url(),
            client: client.build()?,
            rule: Mutex::new(Arc::new(|_: &Asked| Action::Pass)),
            exchanges: Mutex::default(),
            cuts: watch::Sender::new(()),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            folder: tempfile::tempdir()?,
            _runtime: runtime,
        })
    }

    /// The kubeconfig of an identity whose requests go through this proxy.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn kubeconfig_of(&self, plane: &ControlPlane, identity: Identity) -> Result<PathBuf> {
        let file = self.folder.path().join(identity.name());
        let cluster = json!({"server": format!("http://{}", self.address)});
        let token = plane.token_of(identity);
        fs::write(&file, kubeconfig(identity.name(), token, &cluster))?;
        Ok(file)
    }

    /// Decides each request from now on.
    pub fn decide(&self, rule: impl Fn(&Asked) -> Action + Send + Sync + 'static) {
        let mut now = self
            .shared
            .rule
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(rule);
    }

    /// Ends all watches, as an API server does from time to time.
    pub fn cut_watches(&self) {
        self.shared.cuts.send_replace(());
    }

    /// The requests that were answered, but for watches, in the order of the answers.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        let exchanges = &self.shared.exchanges;
        exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { shared.answer(request).await }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that breaks is its client's own concern.
    drop(connection.await);
}

impl Shared {
    /// Fails and so breaks the connection when the API server does not answer.
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let asked = Asked {
            began: Instant::now(),
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            content_type: text(&head, &CONTENT_TYPE),
            body: body.collect().await?.to_bytes(),
        };
        // Subscribed before it is passed on: a watch is cut also when its answer is still to come.
        let cut = self.cuts.subscribe();
        let rule = Arc::clone(&self.rule.lock().unwrap_or_else(PoisonError::into_inner));
        let response = match rule(&asked) {
            Action::Pass => self.pass(&head, &asked).await?,
            Action::Answer(status, headers, body) => {
                let mut response = Response::builder()
                    .status(status)
                    .header(CONTENT_TYPE, "application/json");
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                let body = Full::from(body).map_err(|never: Infallible| match never {});
                response.body(body.boxed_unsync())?
            }
            Action::PassAfter(delay) => {
                tokio::time::sleep(delay).await;
                self.pass(&head, &asked).await?
            }
            Action::PassWhen(mut gate) => {
                gate.wait_for(|open| *open).await?;
                self.pass(&head, &asked).await?
            }
        };
        if asked.is_watch() {
            return Ok(response.map(|body| until(cut, body)));
        }
        let exchange = Exchange {
            asked,
            status: response.status().as_u16(),
            ended: Instant::now(),
        };
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(exchange);
        Ok(response)
    }

    async fn pass(&self, head: &Parts, asked: &Asked) -> Result<Response<Body>> {
        let target = head
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let mut headers = head.headers.clone();
        for name in &NOT_PASSED_ON {
            headers.remove(name);
        }
        let request = self
            .client
            .request(head.method.clone(), format!("{}{target}", self.server))
            .headers(headers)
            .body(asked.body.clone());
        let mut response: Response<reqwest::Body> = request.send().await?.into();
        for name in &NOT_PASSED_ON {
            response.headers_mut().remove(name);
        }
        Ok(response.map(|body| body.boxed_unsync()))
    }
}

fn text(head: &Parts, name: &HeaderName) -> String {
    let value = head.headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// A body that ends when watches are cut.
fn until(mut cut: watch::Receiver<()>, body: Body) -> Body {
    let cut = async move { cut.changed().await.is_ok() };
    let frames = BodyStream::new(body).take_until(Box::pin(cut));
    StreamBody::new(frames.into_stream()).boxed_unsync()
}
