//! Many requests to an API server at once, over kept connections. For single requests
//! [`Kubectl`](super::Kubectl) is simpler.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use bellpull_core::http::Method;
use reqwest::{Certificate, Client, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::task::JoinSet;

use super::{ControlPlane, Identity};
use crate::patience::PATIENCE;

/// Requests that [`Api::all`] has open at once.
pub const AT_ONCE: usize = 32;

/// Requests are repeated when an API server is busy or the storage of a new kind still starts.
const AGAIN: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(50))
    .with_max_delay(Duration::from_secs(1))
    .with_total_delay(Some(PATIENCE))
    .without_max_times();

#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    body: Value,
}

impl Call {
    /// Creates an object in the collection at `path`.
    #[must_use]
    pub fn create(path: &str, object: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.to_owned(),
            body: object,
        }
    }

    /// Changes the object at `path`.
    #[must_use]
    pub fn merge_patch(path: &str, patch: Value) -> Self {
        Self {
            method: Method::PATCH,
            path: path.to_owned(),
            body: patch,
        }
    }

    /// Removes the object or the collection at `path`.
    #[must_use]
    pub fn delete(path: &str) -> Self {
        Self {
            method: Method::DELETE,
            path: path.to_owned(),
            body: serde_json::json!({}),
        }
    }
}

/// The administrator's access.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    url: String,
    token: String,
}

impl Api {
    /// Access to the API server of `plane`.
    #[must_use]
    pub fn new(plane: &ControlPlane) -> Self {
        let authority = std::fs::read(plane.authority()).expect("the API server's certificate");
        let authority = Certificate::from_pem_bundle(&authority).expect("certificates");
        let client = client().tls_certs_only(authority);
        Self {
            client: client.build().expect("a client"),
            url: plane.url(),
            token: plane.token_of(Identity::Admin).to_owned(),
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
    }

    /// Sends one request that has to succeed.
    pub async fn call(&self, call: &Call) {
        let kind = match call.method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let body = call.body.to_string();
        let request = || {
            self.request(call.method.clone(), &call.path)
                .header("content-type", kind)
                .body(body.clone())
        };
        let (answer, again) = send(request).await;
        let status = answer.status();
        let text = answer.text().await.expect("an answer");
        let creates = call.method == Method::POST;
        // Somebody else may have been quicker to remove it.
        let gone = !creates && status == StatusCode::NOT_FOUND;
        // What was not answered in time may have been done.
        let done = creates && again && status == StatusCode::CONFLICT;
        assert!(status.is_success() || gone || done, "{}: {text}", call.path);
    }

    /// Sends the calls of each lane in their order, and [`AT_ONCE`] lanes at a time.
    pub async fn all(&self, lanes: Vec<Vec<Call>>) {
        let (lanes, next) = (Arc::new(lanes), Arc::new(AtomicUsize::new(0)));
        let mut senders = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (api, lanes, next) = (self.clone(), Arc::clone(&lanes), Arc::clone(&next));
            senders.spawn(async move {
                while let Some(lane) = lanes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for call in lane {
                        api.call(call).await;
                    }
                }
            });
        }
        while let Some(ended) = senders.join_next().await {
            ended.expect("every request succeeds");
        }
    }

    /// Gets the object or the collection at `path`.
    pub async fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path).await).expect("JSON")
    }

    async fn text(&self, path: &str) -> String {
        self.answer(path).await.text().await.expect("an answer")
    }

    async fn answer(&self, path: &str) -> reqwest::Response {
        let (answer, _) = send(|| self.request(Method::GET, path)).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    }

    /// Watches a collection: every object, and then every change.
    pub async fn watch(&self, path: &str) -> Watch {
        let path = format!("{path}?watch=1");
        Watch {
            answer: self.answer(&path).await,
            api: self.clone(),
            path,
            buffer: Vec::new(),
        }
    }

    /// How many requests the API server has had that a receiver of webhooks may send, by verb
    /// and resource. Watches are left out, since they are counted only when they end.
    pub async fn asked(&self) -> BTreeMap<String, u64> {
        const RESOURCES: [&str; 4] = ["receivers", "secrets", "gitrepositories", "events"];
        let mut asked = BTreeMap::new();
        for line in self.text("/metrics").await.lines() {
            let Some(series) = line.strip_prefix("apiserver_request_total{") else {
                continue;
            };
            let (labels, value) = series.rsplit_once("} ").expect("labels and a value");
            let label = |name: &str| {
                let start = labels.find(&format!("{name}=\"")).expect("a label");
                labels[start..].split('"').nth(1).expect("its value")
            };
            let (verb, resource) = (label("verb"), label("resource"));
            if verb != "WATCH" && RESOURCES.contains(&resource) {
                let value: f64 = value.parse().expect("a number");
                *asked.entry(format!("{verb} {resource}")).or_default() += value as u64;
            }
        }
        asked
    }
}

/// An HTTP client with ring as its provider of cryptography.
pub(super) fn client() -> reqwest::ClientBuilder {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
}

/// Sends a request until a busy API server answers it, and says whether it was sent more than
/// once. A request that takes too long is answered with 504 or by a closed
/// connection.
async fn send(request: impl Fn() -> reqwest::RequestBuilder) -> (reqwest::Response, bool) {
    let attempts = AtomicUsize::new(0);
    let attempt = || async {
        attempts.fetch_add(1, Ordering::Relaxed);
        let answer = request().send().await.map_err(Unanswered::Broken)?;
        match answer.status() {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Err(Unanswered::Busy(answer)),
            _ => Ok(answer),
        }
    };
    let answer = match attempt.retry(AGAIN).await {
        Ok(answer) | Err(Unanswered::Busy(answer)) => answer,
        Err(Unanswered::Broken(error)) => panic!("the API server does not answer: {error:?}"),
    };
    (answer, attempts.into_inner() > 1)
}

#[derive(Debug)]
enum Unanswered {
    Busy(reqwest::Response),
    Broken(reqwest::Error),
}

/// A stream of objects, one a line.
#[derive(Debug)]
pub struct Watch {
    api: Api,
    path: String,
    answer: reqwest::Response,
    buffer: Vec<u8>,
}

#[derive(Deserialize)]
struct Event<T> {
    object: T,
}

impl Watch {
    /// The next object.
    pub async fn next<T: DeserializeOwned>(&mut self) -> T {
        let mut searched = 0;
        loop {
            let fresh = &self.buffer[searched..];
            if let Some(end) = fresh.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(searched + end + 1);
                let line = std::mem::replace(&mut self.buffer, rest);
                let event: Event<T> = serde_json::from_slice(&line).expect("an object");
                return event.object;
            }
            searched = self.buffer.len();
            match self.answer.chunk().await {
                Ok(Some(chunk)) => self.buffer.extend(chunk),
                // An API server ends watches that do not keep up. The next one begins with every
                // object as it is.
                Ok(None) | Err(_) => {
                    self.answer = self.api.answer(&self.path).await;
                    self.buffer.clear();
                    searched = 0;
                }
            }
        }
    }
}
