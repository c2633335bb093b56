//! The API server, over connections that are kept: what the benchmark itself asks of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bellpull_core::http::Method;
use bellpull_tests::cluster::{ControlPlane, Identity};
use reqwest::{Certificate, Client, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::task::JoinSet;

/// Requests that the benchmark has open at once.
pub(crate) const AT_ONCE: usize = 32;

/// One request.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn create(path: &str, object: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.to_owned(),
            body: object,
        }
    }

    pub(crate) fn merge_patch(path: &str, patch: Value) -> Self {
        Self {
            method: Method::PATCH,
            path: path.to_owned(),
            body: patch,
        }
    }

    pub(crate) fn delete(path: &str) -> Self {
        Self {
            method: Method::DELETE,
            path: path.to_owned(),
            body: serde_json::json!({}),
        }
    }
}

/// The administrator's access.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    url: String,
    token: String,
}

impl Api {
    pub(crate) fn new(plane: &ControlPlane) -> Self {
        // Chosen here, since the client is built without a default.
        drop(rustls::crypto::ring::default_provider().install_default());
        let authority = std::fs::read(plane.authority()).expect("the API server's certificate");
        let authority = Certificate::from_pem_bundle(&authority).expect("certificates");
        let client = Client::builder().tls_certs_only(authority);
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

    /// One request that has to succeed.
    pub(crate) async fn call(&self, call: &Call) {
        let kind = match call.method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let request = self
            .request(call.method.clone(), &call.path)
            .header("content-type", kind)
            .body(call.body.to_string());
        let answer = request.send().await.expect("the API server answers");
        let status = answer.status();
        let text = answer.text().await.expect("an answer");
        // Somebody else may have been quicker to remove it.
        let gone = call.method != Method::POST && status == StatusCode::NOT_FOUND;
        assert!(status.is_success() || gone, "{}: {text}", call.path);
    }

    /// Sends what lies in one lane in its order, and [`AT_ONCE`] lanes at a time.
    pub(crate) async fn all(&self, lanes: Vec<Vec<Call>>) {
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

    pub(crate) async fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path).await).expect("JSON")
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        self.answer(path).await.text().await.expect("an answer")
    }

    async fn answer(&self, path: &str) -> reqwest::Response {
        let answer = self.request(Method::GET, path).send().await;
        let answer = answer.expect("the API server answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    }

    /// Every object that is there, and then every change.
    pub(crate) async fn watch(&self, path: &str) -> Watch {
        let path = format!("{path}?watch=1");
        Watch {
            answer: self.answer(&path).await,
            api: self.clone(),
            path,
            buffer: Vec::new(),
        }
    }

    /// How often the API server has been asked for what a receiver of webhooks may ask for, by verb
    /// and resource. Watches are counted when they end, whoever began them, and are left out.
    pub(crate) async fn asked(&self) -> BTreeMap<String, u64> {
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

/// A stream of objects, one a line.
pub(crate) struct Watch {
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
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> T {
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
