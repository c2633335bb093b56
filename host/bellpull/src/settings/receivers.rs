use std::path::PathBuf;

use clap::Args;

use super::admin::AdminPodArgs;
use super::objects::{AllNamespacesArgs, ClusterReadArgs};
use super::plugins::{CacheArgs, PluginArgs};
use super::values::TableFormat;

#[derive(Debug, Args)]
pub struct ReceiversArgs {
    #[command(flatten)]
    pub objects: ClusterReadArgs,
    #[command(flatten)]
    pub all: AllNamespacesArgs,
    #[command(flatten)]
    pub pods: AdminPodArgs,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TableFormat,
    /// Also print a command for each ready Receiver that sends a sample to it
    #[arg(long, conflicts_with = "explain")]
    pub send_hints: bool,
    /// Follow a recorded delivery through each Receiver of its provider, instead of listing
    ///
    /// Prints the verdict, the event, and why each target is notified or left out. The delivery is signed
    /// with the Secret of each Receiver if the case says how.
    #[arg(long, value_name = "CASE_DIR", conflicts_with = "output")]
    pub explain: Option<PathBuf>,
    #[command(flatten)]
    pub plugins: PluginArgs,
    #[command(flatten)]
    pub cache: CacheArgs,
}
