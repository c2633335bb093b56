//! Where commands that serve nothing get their objects from.

use std::path::PathBuf;

use clap::Args;

use super::cluster::ClusterArgs;
use super::headings::CLUSTER;
use super::values::namespace;

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

impl ClusterReadArgs {
    /// Whether an object of this namespace is read of a directory.
    #[must_use]
    pub fn reads(&self, all: AllNamespacesArgs, namespace: &str) -> bool {
        let named = self.namespace.as_ref();
        all.all_namespaces || named.is_none_or(|named| named == namespace)
    }
}

/// Whether a command reads all namespaces.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct AllNamespacesArgs {
    /// Read all namespaces, whatever --namespace says
    #[arg(short = 'A', long, help_heading = CLUSTER)]
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::settings::{Cli, Command};

    fn parse(arguments: &str) -> Result<Command, String> {
        let words = arguments.split(' ');
        let cli = Cli::try_parse_from(std::iter::once("bellpull").chain(words));
        cli.map(|cli| cli.command)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_directory_and_a_cluster_exclude_each_other() {
        for command in ["receivers", "send app", "filter true"] {
            for cluster in ["--kubeconfig f", "--context c"] {
                let both = format!("{command} --manifests m {cluster}");
                let error = parse(&both).expect_err(&both);
                assert!(error.contains("--manifests"), "{both}: {error}");
            }
            parse(&format!("{command} --manifests m -n apps")).expect(command);
        }
        let error = parse("filter true --manifests m --in-cluster").expect_err("both");
        assert!(error.contains("--in-cluster"), "{error}");
        let error = parse("plugins --no-server --in-cluster").expect_err("both");
        assert!(error.contains("--in-cluster"), "{error}");
    }

    #[test]
    fn the_flags_are_those_of_kubectl() {
        let Ok(Command::Receivers(given)) = parse("receivers --context c -n apps -A") else {
            panic!("they are taken");
        };
        assert_eq!(given.objects.connect.context.as_deref(), Some("c"));
        assert_eq!(given.objects.namespace.as_deref(), Some("apps"));
        assert!(given.all.all_namespaces);
        let wrong = parse("receivers -n Apps").expect_err("a namespace is a label");
        assert!(wrong.contains("is not the name of a namespace"), "{wrong}");
    }

    #[test]
    fn a_filter_asks_a_cluster_only_where_it_is_told_to() {
        let asks = |flags: &str| match parse(&format!("filter true {flags}")) {
            Ok(Command::Filter(given)) => given.asks_cluster(),
            other => panic!("{flags}: {other:?}"),
        };
        for flags in ["--in-cluster", "--kubeconfig f", "--context c", "-A"] {
            assert!(asks(flags), "{flags}");
        }
        for flags in ["--explain", "--manifests m", "-n apps"] {
            assert!(!asks(flags), "{flags}");
        }
    }
}
