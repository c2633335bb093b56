//! The servers that a command asks by their admin listeners.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use bellpull_admin::api::MissingReplica;
use bellpull_admin::{AdminClient, Ask, Replicas};
use bellpull_cluster::{ClusterClients, ConnectError, PodSelector, ServingPod};
use bellpull_core::Bytes;
use bellpull_core::http::{HeaderValue, Request, Response};
use reqwest::Url;

use super::{http_client, live_cluster};
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::settings::{AdminArgs, AdminPodArgs};

/// The servers that the arguments name: one by its URL, or every pod of Bellpull in a cluster.
///
/// # Errors
/// When the URL is none, the cluster cannot be asked, or no pod runs there.
pub(super) async fn replicas(arguments: &AdminArgs) -> Result<Replicas<ServerAsk>> {
    let token = arguments
        .admin_token_file
        .as_deref()
        .map(bearer)
        .transpose()?;
    if let Some(admin) = &arguments.admin {
        return at(admin, token);
    }
    let clients = match live_cluster::clients(&arguments.connect).await {
        Ok(clients) => clients,
        Err(ConnectError::None(_)) if !arguments.connect.is_given() => {
            return at(&AdminArgs::on_this_machine(), token);
        }
        Err(error) => return Err(live_cluster::told(error, "--admin URL names a server")),
    };
    let pods = of_pods(&clients, &arguments.pods, token).await;
    pods.with_context(|| {
        format!(
            "asking the cluster of {} (--admin {} asks a server on this machine)",
            clients.server(),
            AdminArgs::on_this_machine()
        )
    })
}

/// Every pod of Bellpull in a cluster.
///
/// # Errors
/// When the pods cannot be listed, or there is none.
pub(super) async fn of_pods(
    clients: &ClusterClients,
    arguments: &AdminPodArgs,
    token: Option<HeaderValue>,
) -> Result<Replicas<ServerAsk>> {
    let selector = PodSelector::in_namespace(&arguments.pods.bellpull_namespace);
    let pods = selector.list(clients).await;
    let pods =
        pods.map_err(|error| anyhow!("{error}; --bellpull-namespace says where they are"))?;
    let clients = pods.into_iter().map(|pod| {
        let name = pod.name.clone();
        let server = PodAsk {
            clients: clients.clone(),
            pod,
            port: arguments.admin_port,
        };
        let server = ServerAsk::Pod(Box::new(server));
        AdminClient::new(name, server).authorized_by(token.clone())
    });
    Ok(Replicas::new(clients.collect()))
}

/// Says which servers are missing in a list: then it is no success.
pub(super) fn tell_missing(missing: &[MissingReplica]) -> Exit {
    for MissingReplica { replica, why } in missing {
        output::note(&format!("error: {replica} is missing: {why}"));
    }
    match missing {
        [] => Exit::Success,
        _ => Exit::Failure,
    }
}

/// The header with the bearer token in a file.
///
/// # Errors
/// When the file cannot be read, or holds none.
fn bearer(file: &Path) -> Result<HeaderValue> {
    let wrong = |why: String| UsageError(format!("--admin-token-file {}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let value = HeaderValue::from_str(&format!("Bearer {}", text.trim()));
    let mut value = value.map_err(|_| wrong("it holds no token".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn at(admin: &str, token: Option<HeaderValue>) -> Result<Replicas<ServerAsk>> {
    let server = UrlAsk::new(admin)?;
    let client = AdminClient::new(admin, ServerAsk::Url(server)).authorized_by(token);
    Ok(Replicas::new(vec![client]))
}

/// A server that is asked.
pub(super) enum ServerAsk {
    Url(UrlAsk),
    Pod(Box<PodAsk>),
}

/// A server by its URL.
pub(super) struct UrlAsk {
    client: reqwest::Client,
    base: Url,
}

/// A pod, through the API server.
pub(super) struct PodAsk {
    clients: ClusterClients,
    pod: ServingPod,
    port: u16,
}

impl UrlAsk {
    fn new(admin: &str) -> Result<Self> {
        let wrong =
            |why: &str| UsageError(format!("--admin {admin}: {why}; expected http://HOST:PORT"));
        let base = Url::parse(admin).map_err(|error| wrong(&error.to_string()))?;
        if base.scheme() != "http" || base.host().is_none() || base.path() != "/" {
            return Err(wrong("it is not the URL of an admin listener").into());
        }
        Ok(Self {
            client: http_client::client(&[])?,
            base,
        })
    }

    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = self.base.join(path).map_err(|error| error.to_string())?;
        let asked = self
            .client
            .request(parts.method, url)
            .headers(parts.headers)
            .body(body);
        let silent = |_| {
            let admin = self.base.as_str().trim_end_matches('/');
            format!(
                "no answer from {admin}: is `bellpull serve --admin-addr` running there? --admin names its \
                 --admin-addr"
            )
        };
        let answer = asked.send().await.map_err(silent)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(silent)?;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}

impl PodAsk {
    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let asked = async {
            self.pod
                .open(&self.clients, self.port)
                .await?
                .ask(request)
                .await
        };
        asked.await.map_err(|error| {
            format!(
                "{error}; does it run with --admin-addr 127.0.0.1:{}?",
                self.port
            )
        })
    }
}

impl Ask for ServerAsk {
    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        match self {
            Self::Url(server) => server.ask(request).await,
            Self::Pod(pod) => pod.ask(request).await,
        }
    }
}
