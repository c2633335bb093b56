use std::path::PathBuf;
use std::str::FromStr;

use bellpull_api::DEFAULT_NAMESPACE;
use clap::{ArgGroup, Args};

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
    /// Directory with the manifests of targets; the filter is evaluated for each of them
    #[arg(long, value_name = "DIR", env = "BELLPULL_MANIFESTS")]
    pub manifests: Option<PathBuf>,
    /// Target that the filter is evaluated for, instead of all; repeatable
    ///
    /// A target without a manifest has only its name and namespace. The namespace defaults to `default`.
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetName {
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

impl FromStr for TargetName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts[..] {
            [kind, name] => (kind, DEFAULT_NAMESPACE, name),
            [kind, namespace, name] => (kind, namespace, name),
            _ => return Err(expected()),
        };
        if [kind, namespace, name].contains(&"") {
            return Err(expected());
        }
        Ok(Self {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }
}

fn expected() -> String {
    "expected KIND/NAME or KIND/NAMESPACE/NAME, such as GitRepository/app".to_owned()
}
