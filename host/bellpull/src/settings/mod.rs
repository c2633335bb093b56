//! The command line. Each flag has a twin among the environment variables, `BELLPULL_…`. The doc
//! comments of arguments are their help.

mod admin;
mod cluster;
#[cfg(feature = "console")]
mod console;
mod deliveries;
mod filter;
mod flux;
mod grants;
mod headings;
mod new;
mod objects;
mod plugins;
mod receivers;
mod records;
mod registry;
mod send;
mod serve;
mod signature;
mod switch;
mod tls;
mod traces;
mod values;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use admin::{AdminArgs, AdminPodArgs};
pub use cluster::ClusterArgs;
#[cfg(feature = "console")]
pub use console::ConsoleArgs;
pub use deliveries::{
    DeliveriesArgs, DeliveriesCommand, NotifyArgs, ReplayArgs, SaveDeliveryArgs, ShowDeliveryArgs,
};
pub use filter::{FilterArgs, TargetName};
pub(crate) use grants::{Capability, Grant};
pub use grants::{GrantList, ProviderClaim};
pub use new::{Language, NewArgs};
pub use objects::{AllNamespacesArgs, ClusterReadArgs, ConnectArgs, PodArgs};
pub use plugins::{AbsentPlugins, CacheArgs, PluginArgs};
pub use receivers::ReceiversArgs;
pub use records::RecordArgs;
pub use registry::{PullArgs, PushArgs, RegistryArgs};
pub use send::SendArgs;
pub use serve::ServeArgs;
pub use signature::{SignArgs, VerifySignatureArgs};
pub use tls::TlsArgs;
pub use traces::TraceArgs;
pub use values::{CommandLine, LogFormat, LogLevel, TableFormat, TextFormat};
pub use verify::{EgressArgs, NetworkArgs, VerifyArgs};

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
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the webhooks of Receivers
    ///
    /// The Receivers come from a directory of manifests (--manifests) or from a Kubernetes cluster. A
    /// verified delivery notifies the objects that its Receiver names.
    #[command(args_override_self = true)]
    Serve(Box<ServeArgs>),
    /// List the Receivers of a cluster or of a directory, with their webhook paths
    ///
    /// Of a cluster, what their status says; of a directory, what a server would say. Exits with 1 if a
    /// manifest has an error.
    Receivers(ReceiversArgs),
    /// Send a sample delivery to a running server, or a case
    ///
    /// The sample is a recorded delivery of the Receiver's provider. With --case it is a recorded delivery
    /// of yours, for any provider. It is signed with the Receiver's Secret, as its sender would sign it, at
    /// the present time. In a cluster it reaches a pod of Bellpull through the API server, or --to. Exits
    /// with 1 unless the answer is a success.
    Send(SendArgs),
    /// Replay recorded deliveries through a provider, and compare the results
    ///
    /// Each case is a folder with a case.yaml: the delivery, the Receiver and the expected result. The
    /// component runs in the same sandbox as in a server, and is never broken off. Below a case that fails
    /// stand the last lines of the component. Exits with 1 if a result differs, or a forgery is accepted.
    Check(CheckArgs),
    /// Evaluate a filter expression for objects, or explain what is wrong with it
    ///
    /// Exits with 1 if the expression does not compile or cannot be evaluated.
    Filter(Box<FilterArgs>),
    /// Describe a component, what it asks for, and whether a server would load it
    ///
    /// Exits with 1 if it would not.
    Inspect(InspectArgs),
    /// List the components of a running server, with their state
    ///
    /// In a cluster, lists those of every pod of Bellpull, which are asked through the API server. --admin
    /// names a server instead, which must have --admin-addr. With --no-server, lists the components that a server with the same flags
    /// would have.
    Plugins(PluginsArgs),
    /// List the deliveries that a running server has recorded, or tell the whole story of one
    ///
    /// The server must have --admin-addr.
    Deliveries(DeliveriesArgs),
    /// Open web pages about running servers: deliveries, Receivers, filters, and how they fare
    ///
    /// Serves the pages on this machine until it is ended. The servers must have --admin-addr, where they
    /// serve the same pages themselves.
    #[cfg(feature = "console")]
    Console(Box<ConsoleArgs>),
    /// Take recorded deliveries along the road again
    ///
    /// A request is verified again if its body was kept. One that no longer proves itself, such as by a signed
    /// time, goes on from the verdict of then, and the command says so. Filters and targets are those of now.
    /// Exits with 1 if a replay does not end as notified or accepted.
    Replay(ReplayArgs),
    /// Notify the targets of a Receiver as if a delivery had come
    ///
    /// Filters and matchEvent are not asked. Exits with 1 unless every target is notified.
    Notify(NotifyArgs),
    /// Create a project for a new provider
    ///
    /// The project holds sources, cases, and the SDK that it builds against.
    New(NewArgs),
    /// Make a component of a core WebAssembly module
    ///
    /// For languages whose compiler writes a module, such as C and Go. The module exports and imports the
    /// functions of the contract by their core names. Calls of WASI preview 1 are adapted.
    Pack(PackArgs),
    /// Push a component to a registry of artefacts
    ///
    /// The component must be a provider of a contract that this version takes. Prints the artefact with its
    /// digest.
    Push(PushArgs),
    /// Pull a component from a registry of artefacts
    ///
    /// Every byte is checked against the digest of the artefact.
    Pull(PullArgs),
    /// Sign an artefact of a registry with a key
    ///
    /// Attaches a Sigstore bundle to the artefact, as `cosign sign --key` does.
    Sign(SignArgs),
    /// Check who has signed an artefact of a registry
    ///
    /// Takes signatures of `bellpull sign` and `cosign sign`, by keys and with certificates. Certificates and
    /// entries of transparency logs are checked against --trusted-root, and nothing but the registry is asked.
    /// Exits with 1 if fewer than --minimum have signed it.
    Verify(VerifySignatureArgs),
    /// Compile components as a server would, and say what it took
    ///
    /// What is compiled is kept in --cache-dir for a server that starts later. Exits with 1 if a component
    /// does not compile within the limits.
    Compile(CompileArgs),
    /// Print the CustomResourceDefinitions of the Receiver and of the ReceiverPlugin as YAML
    Crds(CrdsArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Write a manual page for each command
    ManPages(ManPagesArgs),
    /// Say the version, and what this binary was built from
    Version(VersionArgs),
    /// Compile a component from stdin to stdout within limits
    #[command(hide = true)]
    CompileComponent(CompileChildArgs),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// File of a component (`….wasm`), artefact (`oci://…`), or name of a bundled provider
    pub provider: String,
    /// Directories that are searched for cases [default for an artefact: the cases that are attached to it]
    #[arg(value_name = "CASES_DIR")]
    pub cases: Vec<PathBuf>,
    /// Replay each case many times, and also print the percentiles of its time
    ///
    /// Prints the limits of a server below the table, to compare the figures with.
    #[arg(long)]
    pub bench: bool,
    /// Also replay forgeries that are derived from each accepted case, which must be refused
    ///
    /// The proof is left out, doubled and changed; the Secret, the time and the body are others. A rotated
    /// Secret must accept the case as before. Notes say what cannot be derived, and what no proof covers.
    #[arg(long, conflicts_with = "bench")]
    pub hostile: bool,
    /// Output format; `wide` is the same as `table`
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TableFormat,
    #[command(flatten)]
    pub verify: VerifyArgs,
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Least severity of log lines; `debug` shows the lines of the component
    #[arg(long, value_enum, default_value_t = LogLevel::OFFLINE, env = "BELLPULL_LOG_LEVEL")]
    pub log_level: LogLevel,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(
        flatten,
        next_help_heading = "For artefacts of registries; a replay gets its answers from the case"
    )]
    pub egress: EgressArgs,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// File of a component (`….wasm`), artefact (`oci://…`), or name of a bundled provider
    pub component: String,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
    #[command(flatten)]
    pub plugins: PluginArgs,
    #[command(flatten)]
    pub cache: CacheArgs,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
}

#[derive(Debug, Args)]
pub struct CrdsArgs {
    /// Definition that is printed [default: all]
    #[arg(value_enum)]
    pub definitions: Vec<Definition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Definition {
    /// The Receiver, in place of Flux's definition
    Receivers,
    /// The ReceiverPlugin
    Receiverplugins,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PluginsArgs {
    #[command(subcommand)]
    pub command: Option<PluginsCommand>,
    #[command(flatten)]
    pub admin: AdminArgs,
    /// Load the bundled components and those of --plugins here, instead of asking a server
    #[arg(long)]
    pub no_server: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
    #[command(flatten)]
    pub plugins: PluginArgs,
    #[command(flatten)]
    pub cache: CacheArgs,
}

#[derive(Debug, Subcommand)]
pub enum PluginsCommand {
    /// Go back to an artefact of a ReceiverPlugin that has served before
    ///
    /// Sets the annotation bellpull.dev/rollback-to of the object, which holds until it is removed. The
    /// artefact must have the signatures that the object demands now.
    Rollback(RollbackArgs),
}

#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Name of the ReceiverPlugin
    pub name: String,
    /// Digest of the artefact [default: the one before that which serves]
    #[arg(long, value_name = "DIGEST")]
    pub to: Option<String>,
    /// Remove the annotation, so that the source decides again
    #[arg(long, conflicts_with = "to")]
    pub undo: bool,
    #[command(flatten)]
    pub connect: ConnectArgs,
}

#[derive(Debug, Args)]
pub struct PackArgs {
    /// File of the core module
    pub module: PathBuf,
    /// File of the component that is written
    #[arg(short = 'o', long = "output", value_name = "COMPONENT")]
    pub component: PathBuf,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell that the script is for
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManPagesArgs {
    /// Directory that the pages are written to; it is made if it is missing
    pub directory: PathBuf,
}

#[derive(Debug, Args)]
pub struct VersionArgs {
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
}

#[derive(Debug, Args)]
pub struct CompileArgs {
    /// Files of components (`….wasm`), artefacts (`oci://…`), or names of bundled providers
    #[arg(required = true, value_name = "COMPONENT")]
    pub components: Vec<String>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    pub output: TextFormat,
    #[command(flatten)]
    pub cache: CacheArgs,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
}

#[derive(Debug, Args)]
pub struct CompileChildArgs {
    /// Most processor time, in seconds
    #[arg(long)]
    pub cpu_seconds: u64,
    /// Most time by the clock, in seconds
    #[arg(long)]
    pub wall_seconds: u64,
    /// Most memory, in bytes
    #[arg(long)]
    pub memory: u64,
    /// Largest artefact, in bytes
    #[arg(long)]
    pub output: u64,
}

#[cfg(test)]
mod tests;
