use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args};

use super::headings::CLUSTER;
use super::objects::{AllNamespacesArgs, ClusterReadArgs};
use super::plugins::{CacheArgs, PluginArgs};
use super::values;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("request").args(["case", "body"]))]
pub struct FilterArgs {
    /// CEL expression, as in spec.resourceFilter
    #[arg(
        value_name = "EXPRESSION",
        required_unless_present = "reference",
        allow_hyphen_values = true
    )]
    pub expression: Option<String>,
    #[command(flatten)]
    pub objects: ClusterReadArgs,
    #[command(flatten)]
    pub all: AllNamespacesArgs,
    /// Evaluate the filter for the targets in the cluster of the current context
    ///
    /// They are those that Receivers refer to. --kubeconfig, --context and --all-namespaces imply it.
    #[arg(long, conflicts_with = "manifests", help_heading = CLUSTER)]
    pub in_cluster: bool,
    /// Target that the filter is evaluated for, instead of all; repeatable
    ///
    /// A target that is not there has only its name and namespace. The namespace defaults to --namespace,
    /// and in a cluster to that of the context.
    #[arg(long = "target", value_name = "KIND/[NAMESPACE/]NAME")]
    pub targets: Vec<TargetName>,
    /// Folder of a recorded delivery, which gives `req`, `event` and `delivery`
    ///
    /// Its provider's component verifies the delivery and tells the event.
    #[arg(long, value_name = "CASE_DIR")]
    pub case: Option<PathBuf>,
    /// File with a body, which gives `req`; `event` is empty
    ///
    /// The body is JSON unless a --header Content-Type says otherwise.
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// Header of the delivery, with --body; repeatable
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = values::header, requires = "body")]
    pub headers: Vec<(String, String)>,
    /// Also print the value of each subexpression
    #[arg(long)]
    pub explain: bool,
    /// Print the variables and functions that expressions can use, as Markdown
    #[arg(long, conflicts_with_all = ["expression", "request", "explain"])]
    pub reference: bool,
    #[command(flatten)]
    pub plugins: PluginArgs,
    #[command(flatten)]
    pub cache: CacheArgs,
}

impl FilterArgs {
    /// Whether the targets are those of a cluster.
    #[must_use]
    pub fn asks_cluster(&self) -> bool {
        self.in_cluster || self.all.all_namespaces || self.objects.connect.is_given()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetName {
    pub kind: String,
    pub namespace: Option<String>,
    pub name: String,
}

impl FromStr for TargetName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts[..] {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some(namespace), name),
            _ => return Err(expected()),
        };
        if parts.contains(&"") {
            return Err(expected());
        }
        Ok(Self {
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        })
    }
}

fn expected() -> String {
    "expected KIND/NAME or KIND/NAMESPACE/NAME, such as GitRepository/app".to_owned()
}
