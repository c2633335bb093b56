use std::path::PathBuf;

use clap::Args;

use super::objects::{ConnectArgs, PodArgs};
use super::values::on_loopback;

/// Port of `--admin-addr` that is asked.
const ADMIN_PORT: u16 = 9441;

/// The servers that a command asks.
#[derive(Clone, Debug, Args)]
pub struct AdminArgs {
    /// URL of a server's --admin-addr [default: every pod of Bellpull in the cluster; where no cluster is
    /// configured http://127.0.0.1:9441]
    #[arg(
        long,
        value_name = "URL",
        conflicts_with_all = ["kubeconfig", "context"],
        env = "BELLPULL_ADMIN"
    )]
    pub admin: Option<String>,
    /// File with the bearer token for a server with --admin-auth
    #[arg(long, value_name = "FILE", env = "BELLPULL_ADMIN_TOKEN_FILE")]
    pub admin_token_file: Option<PathBuf>,
    #[command(flatten)]
    pub connect: ConnectArgs,
    #[command(flatten)]
    pub pods: AdminPodArgs,
}

/// The admin listeners of the pods in a cluster.
#[derive(Clone, Debug, Args)]
pub struct AdminPodArgs {
    #[command(flatten)]
    pub pods: PodArgs,
    /// Port of --admin-addr in the pods
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = ADMIN_PORT,
        env = "BELLPULL_ADMIN_PORT",
        help_heading = super::headings::CLUSTER
    )]
    pub admin_port: u16,
}

impl AdminArgs {
    /// The server that is asked where neither a URL nor a cluster is named or configured.
    #[must_use]
    pub fn on_this_machine() -> String {
        on_loopback(ADMIN_PORT)
    }
}
