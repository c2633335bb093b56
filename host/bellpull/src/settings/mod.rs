//! The command line: every flag with its `BELLPULL_` twin, parsed once.

mod cluster;
mod filter;
mod flux;
mod grants;
mod headings;
mod new;
mod plugins;
mod serve;
mod switch;
mod values;
mod verify;

use std::path::PathBuf;

use bellpull_api::DEFAULT_NAMESPACE;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use cluster::ClusterArgs;
pub use filter::{FilterArgs, TargetName};
pub(crate) use grants::{Capability, Grant};
pub use grants::{GrantList, ProviderClaim};
pub use new::{Language, NewArgs};
pub use plugins::{AbsentPlugins, CacheArgs, PluginArgs};
pub use serve::ServeArgs;
pub use values::{CommandLine, LogFormat, LogLevel, TableFormat, TextFormat};
pub use verify::{EgressArgs, VerifyArgs};

/// The webhook receiver for pull-based GitOps.
#[derive(Debug, Parser)]
#[command(
    name = "bellpull",
    bin_name = "bellpull",
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What Bellpull can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve webhooks
    #[command(args_override_self = true)]
    Serve(Box<ServeArgs>),
    /// List Receivers with their webhook paths
    Receivers(ReceiversArgs),
    /// Sign a sample delivery as its sender would, and send it
    Send(SendArgs),
    /// Replay recorded deliveries through a provider, in the sandbox that serves
    Check(CheckArgs),
    /// Try a filter out: its value for each target, or what is wrong with it
    Filter(Box<FilterArgs>),
    /// Say what a component is, what it asks for and whether it would be served
    Inspect(InspectArgs),
    /// List the providers of a running server, or those that one would have
    Plugins(PluginsArgs),
    /// Write a provider project to begin with: sources, cases, and the SDK that it builds against
    New(NewArgs),
    /// Print the definition of the Receiver for a cluster, as YAML
    Crds,
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Compile a component from stdin to stdout, within limits
    #[command(hide = true)]
    CompileComponent(CompileArgs),
}

/// Where the objects are.
#[derive(Clone, Debug, Args)]
pub struct ManifestArgs {
    /// Directory of Receivers, Secrets and targets as YAML or JSON
    #[arg(long, value_name = "DIR", env = "BELLPULL_MANIFESTS")]
    pub manifests: PathBuf,
}

/// `bellpull receivers`.
#[derive(Debug, Args)]
pub struct ReceiversArgs {
    /// Where the objects are.
    #[command(flatten)]
    pub manifests: ManifestArgs,
    /// How to print: a table, a wide one, or JSON
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TableFormat,
    /// Also print a command that sends a sample to each Receiver
    #[arg(long, conflicts_with = "explain")]
    pub send_hints: bool,
    /// Say instead what each Receiver would do with a recorded delivery, signed anew with its own
    /// Secret where the case says how: verdict, event, and why each target is notified or not
    #[arg(long, value_name = "CASE_DIR", conflicts_with = "output")]
    pub explain: Option<PathBuf>,
    /// Which providers there are beside the bundled ones.
    #[command(flatten)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// `bellpull send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Name of the Receiver
    pub receiver: String,
    /// Where the objects are.
    #[command(flatten)]
    pub manifests: ManifestArgs,
    /// Namespace of the Receiver
    #[arg(short, long, default_value = DEFAULT_NAMESPACE, env = "BELLPULL_NAMESPACE")]
    pub namespace: String,
    /// Where Bellpull listens; the Receiver's path is added
    #[arg(
        long,
        value_name = "URL",
        default_value = values::on_loopback(serve::RECEIVER_PORT),
        env = "BELLPULL_TO"
    )]
    pub to: String,
    /// Which of the provider's sample events to send
    #[arg(long)]
    pub event: Option<String>,
    /// File to send instead of the sample's body
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// File with the token that an issuer has signed, for gcr and generic-oidc; - reads stdin
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Header to set after signing, for trying what is refused
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = values::header)]
    pub headers: Vec<(String, String)>,
    /// Which providers there are beside the bundled ones.
    #[command(flatten)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// `bellpull check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A component's file (`….wasm`), or the name of a bundled provider
    pub provider: String,
    /// Directories of case folders
    #[arg(required = true, value_name = "CASES_DIR")]
    pub cases: Vec<PathBuf>,
    /// Replay each case many times, and print percentiles beside what serving allows
    #[arg(long)]
    pub bench: bool,
    /// How to print: a table or JSON
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TableFormat,
    /// Limits of a verification.
    #[command(flatten)]
    pub verify: VerifyArgs,
    /// Taken as serving takes it. A replay meets no network but that of its recording.
    #[command(flatten)]
    pub egress: EgressArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// How loud the component's log is
    #[arg(long, value_enum, default_value_t = LogLevel::OFFLINE, env = "BELLPULL_LOG_LEVEL")]
    pub log_level: LogLevel,
}

/// `bellpull inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A component's file (`….wasm`), or the name of a bundled provider
    pub component: String,
    /// How to print: as text or JSON
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
    /// What it would be granted.
    #[command(flatten)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// `bellpull plugins`.
#[derive(Debug, Args)]
pub struct PluginsArgs {
    /// Where a running server answers probes (its --health-addr)
    #[arg(
        long,
        value_name = "URL",
        default_value = values::on_loopback(serve::HEALTH_PORT),
        env = "BELLPULL_SERVER"
    )]
    pub server: String,
    /// Ask no server: load the bundled providers and those of --plugins here
    #[arg(long)]
    pub no_server: bool,
    /// How to print: a table or JSON
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
    /// Which providers there are beside the bundled ones, with --no-server.
    #[command(flatten)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// `bellpull completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: Shell,
}

/// `bellpull compile-component`, the child that compiles.
#[derive(Debug, Args)]
pub struct CompileArgs {
    /// Processor time, seconds
    #[arg(long)]
    pub cpu_seconds: u64,
    /// Time by the clock, seconds
    #[arg(long)]
    pub wall_seconds: u64,
    /// Memory, bytes
    #[arg(long)]
    pub memory: u64,
    /// Artefact, bytes
    #[arg(long)]
    pub output: u64,
}

#[cfg(test)]
mod tests;
