use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::OutcomeKind;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::admin::AdminArgs;
use super::values::{TableFormat, TextFormat, count, timeout};

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
    /// Outcome of the delivery
    #[arg(
        long,
        value_name = "NAME",
        value_parser = PossibleValuesParser::new(OutcomeKind::recorded().map(OutcomeKind::as_str))
    )]
    pub outcome: Option<String>,
    /// Age of the oldest delivery
    #[arg(long, value_name = "DURATION", value_parser = timeout)]
    pub since: Option<Duration>,
    /// Most deliveries, the newest first
    #[arg(long, value_name = "N", default_value_t = LISTED, value_parser = count)]
    pub limit: usize,
    /// After the list, the oldest first, print deliveries as they come
    #[arg(short, long)]
    pub watch: bool,
    /// Output format; with --watch, JSON is a line for each delivery
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TableFormat,
}

#[derive(Debug, Subcommand)]
pub enum DeliveriesCommand {
    /// Tell the whole story of one delivery
    Show(ShowDeliveryArgs),
    /// Write a delivery as a case, which check, filter, receivers --explain and send take
    ///
    /// The case has no secret of the Receiver: it is signed with the credentials of the sample of its
    /// provider. Where that cannot be, its case.yaml says so.
    Save(SaveDeliveryArgs),
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

#[derive(Debug, Args)]
pub struct SaveDeliveryArgs {
    /// Id of the delivery, as its answer and the log have it
    pub id: String,
    /// Folder of the case; it must not exist
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub admin: AdminArgs,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Id of the delivery
    #[arg(
        required_unless_present = "receiver",
        conflicts_with_all = ["receiver", "namespace", "since"]
    )]
    pub id: Option<String>,
    /// Name of a Receiver whose accepted deliveries are replayed, the oldest first
    #[arg(long, value_name = "NAME", requires = "since")]
    pub receiver: Option<String>,
    /// Its namespace
    #[arg(short, long, default_value = bellpull_api::DEFAULT_NAMESPACE)]
    pub namespace: String,
    /// Age of the oldest delivery
    #[arg(long, value_name = "DURATION", value_parser = timeout)]
    pub since: Option<Duration>,
    #[command(flatten)]
    pub admin: AdminArgs,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
}

#[derive(Debug, Args)]
pub struct NotifyArgs {
    /// Name of the Receiver
    pub receiver: String,
    /// Its namespace
    #[arg(short, long, default_value = bellpull_api::DEFAULT_NAMESPACE)]
    pub namespace: String,
    /// Target among those that the Receiver references, as Kind/name or Kind/namespace/name [default: all]
    #[arg(long, value_name = "TARGET")]
    pub target: Option<String>,
    #[command(flatten)]
    pub admin: AdminArgs,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
}
