//! Where commands that serve nothing get their objects from.

use std::path::PathBuf;

use bellpull_core::names::is_label;
use clap::Args;

use super::cluster::ClusterArgs;
use super::headings::CLUSTER;

/// The cluster that a command asks.
#[derive(Clone, Debug, Default, Args)]
pub struct ConnectArgs {
    /// Kubeconfig of the cluster [default: the pod's service account, KUBECONFIG or ~/.kube/config]
    #[arg(
        long,
        value_name = "FILE",
        env = "BELLPULL_KUBECONFIG",
        help_heading = CLUSTER
    )]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig [default: its current context]
    #[arg(
        long,
        value_name = "NAME",
        env = "BELLPULL_CONTEXT",
        help_heading = CLUSTER
    )]
    pub context: Option<String>,
}

impl ConnectArgs {
    /// Whether the command line names a cluster.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.kubeconfig.is_some() || self.context.is_some()
    }
}

/// The objects that a command reads: those of a directory of manifests, or of a cluster.
#[derive(Clone, Debug, Default, Args)]
pub struct ClusterReadArgs {
    /// Directory with the manifests of Receivers, Secrets and targets, as YAML or JSON [default: read a
    /// cluster]
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = ["kubeconfig", "context"],
        env = "BELLPULL_MANIFESTS"
    )]
    pub manifests: Option<PathBuf>,
    #[command(flatten)]
    pub connect: ConnectArgs,
    /// Namespace that is read [default: that of the context; for a directory `default` where one object is
    /// named, else all]
    #[arg(
        short,
        long,
        value_name = "NS",
        value_parser = namespace,
        env = "BELLPULL_NAMESPACE",
        help_heading = CLUSTER
    )]
    pub namespace: Option<String>,
}

/// Whether a command reads all namespaces.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct AllNamespacesArgs {
    /// Read all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace", help_heading = CLUSTER)]
    pub all_namespaces: bool,
}

/// The pods of Bellpull that a command reaches through the API server.
#[derive(Clone, Debug, Args)]
pub struct PodArgs {
    /// Namespace of the pods of `bellpull serve`
    #[arg(
        long,
        value_name = "NS",
        value_parser = namespace,
        default_value = ClusterArgs::USUAL_NAMESPACE,
        env = "BELLPULL_BELLPULL_NAMESPACE",
        help_heading = CLUSTER
    )]
    pub bellpull_namespace: String,
}

pub(super) fn namespace(text: &str) -> Result<String, &'static str> {
    if is_label(text) {
        Ok(text.to_owned())
    } else {
        Err("is not the name of a namespace")
    }
}
