//! Sends the delivery and prints the answer.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use bellpull_cluster::{ClusterClients, PodError, PodSelector};
use bellpull_core::http::StatusCode;
use bellpull_core::{Bytes, Delivery, text};

use super::super::http_client;
use crate::exit::{Exit, UsageError};
use crate::output;

/// The name of the port for webhooks in the manifests.
const WEBHOOK_PORT: &str = "http-webhook";
/// Bytes of an answer that is not JSON that are shown.
const SHOWN: usize = 4 << 10;

/// Where the delivery is sent to.
pub(super) enum Destination {
    Url(String),
    /// A Ready pod, through the API server.
    Pod(Box<ClusterClients>, PodSelector),
}

impl Destination {
    pub(super) async fn send(self, trust_ca: &[PathBuf], delivery: Delivery) -> Result<Exit> {
        let (status, body) = match self {
            Self::Url(to) => to_url(&to, trust_ca, delivery).await?,
            Self::Pod(clients, pods) => to_pod(&clients, &pods, delivery).await?,
        };
        output::line(&status.to_string())?;
        if !body.is_empty() {
            output::line(&pretty(&body))?;
        }
        Ok(if status.is_success() {
            Exit::Success
        } else {
            Exit::Failure
        })
    }
}

async fn to_url(to: &str, trust_ca: &[PathBuf], delivery: Delivery) -> Result<(StatusCode, Bytes)> {
    let client = http_client::client(trust_ca)?;
    let base = to.trim_end_matches('/');
    let url = reqwest::Url::parse(&format!("{base}{}", delivery.target))
        .map_err(|error| UsageError(format!("--to {to}: {error}; expected http://HOST:PORT")))?;
    let answer = client
        .request(delivery.method, url)
        .headers(delivery.headers)
        .body(delivery.body)
        .send()
        .await
        .map_err(reqwest::Error::without_url)
        .with_context(|| {
            format!(
                "no answer from {to}: is `bellpull serve` running there? With --tls-cert it takes https \
                 alone, and --trust-ca here names the authority of its certificate"
            )
        })?;
    let status = answer.status();
    let body = answer.bytes().await;
    let body = body.map_err(reqwest::Error::without_url);
    Ok((status, body.context("reading the answer")?))
}

async fn to_pod(
    clients: &ClusterClients,
    pods: &PodSelector,
    delivery: Delivery,
) -> Result<(StatusCode, Bytes)> {
    let elsewhere = |error: PodError| {
        anyhow!(
            "{error}; --bellpull-namespace says where the pods are, and --to URL sends to an address instead"
        )
    };
    let pod = pods.ready(clients).await.map_err(elsewhere)?;
    let port = pod.port(WEBHOOK_PORT).map_err(elsewhere)?;
    output::note(&format!(
        "through pod {}/{}, port {port}",
        pod.namespace, pod.name
    ));
    let stream = pod.open(clients, port).await.map_err(elsewhere)?;
    let mut request = bellpull_core::http::Request::new(delivery.body);
    *request.method_mut() = delivery.method;
    *request.uri_mut() = delivery
        .target
        .parse()
        .context("the target of the delivery")?;
    *request.headers_mut() = delivery.headers;
    let answer = stream.ask(request).await;
    let answer = answer.map_err(|error| {
        anyhow!("{error}; with --tls-cert a pod takes https alone, which --to URL sends by")
    })?;
    let (head, body) = answer.into_parts();
    Ok((head.status, body))
}

fn pretty(body: &[u8]) -> String {
    serde_json::from_slice::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| text::printable(&String::from_utf8_lossy(body), SHOWN))
}
