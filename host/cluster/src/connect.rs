use std::path::PathBuf;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// How long the API server may be silent during a watch. Bookmarks come each minute and a watch lasts
/// one minute, so only a dead connection is silent for longer.
const WATCH_SILENCE: Duration = Duration::from_secs(75);
/// How long the API server may be silent during any other request. Longer than an attempt to notify
/// may last.
const CALL_SILENCE: Duration = Duration::from_secs(15);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How to find the API server.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// A kubeconfig file. The default is `KUBECONFIG`, or `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// A context of the kubeconfig. The default is its current one.
    pub context: Option<String>,
}

/// Why no API server can be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The named kubeconfig cannot be used.
    #[error("the kubeconfig cannot be used: {0}")]
    Kubeconfig(String),
    /// There is neither a pod's service account nor a kubeconfig.
    #[error(
        "no cluster was found: neither a pod's service account nor a usable kubeconfig ({0}); run \
         in a pod, give --kubeconfig FILE, or serve a directory with --manifests DIR"
    )]
    None(String),
    /// The configuration makes no client.
    #[error("the cluster's configuration cannot be used: {0}")]
    Client(String),
}

/// Clients of one API server.
#[derive(Clone)]
pub struct ClusterClients {
    /// For lists and watches.
    pub(crate) watching: Client,
    /// For single requests. It does not retry.
    pub(crate) calling: Client,
    namespace: String,
    server: String,
}

impl ClusterClients {
    /// The address of the API server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The namespace of the pod, or of the kubeconfig's context.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Clients with the named kubeconfig or context, else with the pod's service account, else with
    /// the default kubeconfig. Sends nothing yet.
    ///
    /// # Errors
    /// When there is no configuration, or it cannot be used.
    pub async fn new(options: &ConnectOptions) -> Result<Self, ConnectError> {
        let mut config = config(options).await?;
        config.connect_timeout = Some(CONNECT);
        config.reset_reader_on_write = true;
        config.default_retry = false;
        let client = |silence| {
            let mut config = config.clone();
            config.read_timeout = Some(silence);
            Client::try_from(config).map_err(|error| ConnectError::Client(error.to_string()))
        };
        Ok(Self {
            watching: client(WATCH_SILENCE)?,
            calling: client(CALL_SILENCE)?,
            namespace: config.default_namespace.clone(),
            server: config.cluster_url.to_string(),
        })
    }
}

async fn config(options: &ConnectOptions) -> Result<Config, ConnectError> {
    let selected = KubeConfigOptions {
        context: options.context.clone(),
        ..KubeConfigOptions::default()
    };
    let unusable =
        |error: kube::config::KubeconfigError| ConnectError::Kubeconfig(with_causes(&error));
    if let Some(file) = &options.kubeconfig {
        let kubeconfig = Kubeconfig::read_from(file).map_err(unusable)?;
        return Config::from_custom_kubeconfig(kubeconfig, &selected)
            .await
            .map_err(unusable);
    }
    if options.context.is_some() {
        return Config::from_kubeconfig(&selected).await.map_err(unusable);
    }
    if let Ok(config) = Config::incluster() {
        return Ok(config);
    }
    Config::from_kubeconfig(&selected)
        .await
        .map_err(|error| ConnectError::None(with_causes(&error)))
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
