use std::path::PathBuf;
use std::str::FromStr;

use bellpull_api::DEFAULT_NAMESPACE;
use clap::{ArgGroup, Args};

use super::plugins::{CacheArgs, PluginArgs};
use super::values;

/// `bellpull filter`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("request").args(["case", "body"]))]
pub struct FilterArgs {
    /// The expression, as in `resourceFilter`
    #[arg(
        value_name = "EXPRESSION",
        required_unless_present = "reference",
        allow_hyphen_values = true
    )]
    pub expression: Option<String>,
    /// Directory of Receivers, Secrets and targets: each target is an object that is tried
    #[arg(long, value_name = "DIR", env = "BELLPULL_MANIFESTS")]
    pub manifests: Option<PathBuf>,
    /// Try these alone; one that no manifest is of has no more than its name
    #[arg(long = "target", value_name = "KIND/[NAMESPACE/]NAME")]
    pub targets: Vec<TargetName>,
    /// Folder of a recorded delivery, whose event is what its provider makes of it
    #[arg(long, value_name = "CASE_DIR")]
    pub case: Option<PathBuf>,
    /// File with a body: JSON, unless a Content-Type says otherwise; `event` is empty
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// Header that came with the body
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = values::header, requires = "body")]
    pub headers: Vec<(String, String)>,
    /// Print the value of each part as well
    #[arg(long)]
    pub explain: bool,
    /// Print what expressions can use, in Markdown, and nothing else
    #[arg(long, conflicts_with_all = ["expression", "request", "explain"])]
    pub reference: bool,
    /// Which providers there are beside the bundled ones.
    #[command(flatten)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// An object by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetName {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
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
