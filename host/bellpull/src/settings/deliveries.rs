use std::time::Duration;

use clap::{Args, Subcommand};

use super::values::{TableFormat, TextFormat, count, on_loopback, timeout};

/// Port of `--admin-addr` that is asked.
const ADMIN_PORT: u16 = 9441;
/// Deliveries that are listed.
const LISTED: usize = 100;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DeliveriesArgs {
    #[command(subcommand)]
    pub command: Option<DeliveriesCommand>,
    #[command(flatten)]
    pub admin: AdminArgs,
    /// Namespace of the Receivers [default: all]
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// Name of the Receiver
    #[arg(long, value_name = "NAME")]
    pub receiver: Option<String>,
    /// Outcome of the delivery, such as notified or unauthenticated
    #[arg(long, value_name = "NAME")]
    pub outcome: Option<String>,
    /// Age of the oldest delivery
    #[arg(long, value_name = "DURATION", value_parser = timeout)]
    pub since: Option<Duration>,
    /// Most deliveries, the newest first
    #[arg(long, value_name = "N", default_value_t = LISTED, value_parser = count)]
    pub limit: usize,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TableFormat,
}

#[derive(Debug, Subcommand)]
pub enum DeliveriesCommand {
    /// Tell the whole story of one delivery
    Show(ShowDeliveryArgs),
}

#[derive(Debug, Args)]
pub struct ShowDeliveryArgs {
    /// Id of the delivery, as its answer and the log have it
    pub id: String,
    #[command(flatten)]
    pub admin: AdminArgs,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
}

/// Asks a server for its records.
#[derive(Debug, Args)]
pub struct AdminArgs {
    /// URL of the server's --admin-addr
    #[arg(
        long,
        value_name = "URL",
        default_value = on_loopback(ADMIN_PORT),
        env = "BELLPULL_ADMIN"
    )]
    pub admin: String,
}
