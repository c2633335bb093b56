use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use clap::Args;

use super::cluster::ClusterArgs;
use super::flux::FluxFlags;
use super::headings::{self, CLUSTER, EGRESS, LIMITS, LISTENERS, LOG, NOTIFICATION, PLUGINS};
use super::plugins::{AbsentPlugins, CacheArgs, PluginArgs};
use super::switch::Switch as _;
use super::values::{
    CommandLine, LogFormat, LogLevel, address, bytes, command_line, count, duration, everywhere,
    shown_bytes, shown_duration, timeout,
};
use super::verify::{EgressArgs, VerifyArgs};

/// Port of `--receiver-addr`: Flux's.
pub(super) const RECEIVER_PORT: u16 = 9292;
/// Port of `--health-addr`: Flux's.
pub(super) const HEALTH_PORT: u16 = 9440;
/// Port of `--metrics-addr`: Flux's.
const METRICS_PORT: u16 = 8080;

/// `bellpull serve`. Each flag has one row, and its groups stand in the order of the help.
#[derive(Clone, Debug, Args)]
#[command(disable_help_flag = true, mut_args = headings::lift, arg = headings::help())]
pub struct ServeArgs {
    /// Directory of Receivers, Secrets and targets as YAML or JSON; without it a cluster is served
    #[arg(long, value_name = "DIR", env = "BELLPULL_MANIFESTS")]
    pub manifests: Option<PathBuf>,

    /// Where webhooks arrive
    #[arg(
        long,
        alias = "receiverAddr",
        value_name = "ADDR",
        default_value_t = everywhere(RECEIVER_PORT),
        value_parser = address,
        env = "BELLPULL_RECEIVER_ADDR",
        help_heading = LISTENERS
    )]
    pub receiver_addr: SocketAddr,
    /// Where /healthz and /readyz answer
    #[arg(long, value_name = "ADDR", default_value_t = everywhere(HEALTH_PORT), value_parser = address, env = "BELLPULL_HEALTH_ADDR", help_heading = LISTENERS)]
    pub health_addr: SocketAddr,
    /// Where /metrics answers
    #[arg(long, value_name = "ADDR", default_value_t = everywhere(METRICS_PORT), value_parser = address, env = "BELLPULL_METRICS_ADDR", help_heading = LISTENERS)]
    pub metrics_addr: SocketAddr,
    /// Answer with the status codes that Flux's notification-controller gives; what is ignored gets 400,
    /// GitHub's ping too
    #[arg(long, switch(), env = "BELLPULL_FLUX_STATUS_CODES", help_heading = LISTENERS)]
    pub flux_status_codes: bool,

    /// Largest body of a delivery (GitHub sends up to 25MB)
    #[arg(long, value_name = "BYTES", default_value = shown_bytes(limits::MAX_BODY), value_parser = bytes, env = "BELLPULL_MAX_BODY", help_heading = LIMITS)]
    pub max_body: usize,
    /// Deliveries held at once: bodies, heads, and what is made of them; at least twice --max-body
    /// [default: 256MiB, less where memory is limited]
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_MAX_BODIES_IN_FLIGHT", help_heading = LIMITS)]
    pub max_bodies_in_flight: Option<usize>,
    /// Connections open at once, 80 KiB each [default: 4096, fewer where memory is limited]
    #[arg(long, value_name = "N", value_parser = count, env = "BELLPULL_MAX_CONNECTIONS", help_heading = LIMITS)]
    pub max_connections: Option<usize>,
    /// Until the headers of a request must be there
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::HEADER_TIMEOUT), value_parser = timeout, env = "BELLPULL_HEADER_TIMEOUT", help_heading = LIMITS)]
    pub header_timeout: Duration,
    /// Until the body of a request must be there
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::READ_TIMEOUT), value_parser = timeout, env = "BELLPULL_READ_TIMEOUT", help_heading = LIMITS)]
    pub read_timeout: Duration,
    /// Until a delivery is answered, its notifications done or not
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::ANSWER_DEADLINE), value_parser = timeout, env = "BELLPULL_ANSWER_DEADLINE", help_heading = LIMITS)]
    pub answer_deadline: Duration,
    /// Limits of a verification.
    #[command(flatten, next_help_heading = LIMITS)]
    pub verify: VerifyArgs,
    /// Serving on after SIGTERM, since load balancers lag
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::DRAIN_DELAY), value_parser = duration, env = "BELLPULL_DRAIN_DELAY", help_heading = LIMITS)]
    pub drain_delay: Duration,
    /// Finishing what is in hand after that
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::DRAIN_TIMEOUT), value_parser = duration, env = "BELLPULL_DRAIN_TIMEOUT", help_heading = LIMITS)]
    pub drain_timeout: Duration,

    /// Which cluster, and what of it.
    #[command(flatten, next_help_heading = CLUSTER)]
    pub cluster: ClusterArgs,
    /// Serve Receivers whose annotation bellpull.dev/type is beside a spec.type that Flux's own
    /// controller would serve without this provider's verification
    #[arg(long, switch(), env = "BELLPULL_ALLOW_WEAK_CARRIER", help_heading = CLUSTER)]
    pub allow_weak_carrier: bool,

    /// Close Receivers whose Secret has a value of fewer than 8 bytes, for which deliveries are not
    /// searched
    #[arg(long, switch(), env = "BELLPULL_REQUIRE_LONG_CREDENTIALS", help_heading = PLUGINS)]
    pub require_long_credentials: bool,
    /// Which providers there are beside the bundled ones.
    #[command(flatten, next_help_heading = PLUGINS)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten, next_help_heading = PLUGINS)]
    pub cache: CacheArgs,
    /// What /readyz says while a Receiver names a provider that nothing serves: its name beside what it
    /// says anyway, or 503, with which whoever writes Receivers can make every replica unready
    #[arg(long, value_enum, default_value_t = AbsentPlugins::Warn, env = "BELLPULL_ABSENT_PLUGINS", help_heading = PLUGINS)]
    pub absent_plugins: AbsentPlugins,

    /// Where the host may go for a verification.
    #[command(flatten, next_help_heading = EGRESS)]
    pub egress: EgressArgs,

    /// Notifications attempted at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_NOTIFICATIONS, value_parser = count, env = "BELLPULL_MAX_NOTIFICATIONS", help_heading = NOTIFICATION)]
    pub max_notifications: usize,
    /// How long a notification that fails is tried again
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::NOTIFY_RETRY), value_parser = duration, env = "BELLPULL_NOTIFY_RETRY", help_heading = NOTIFICATION)]
    pub notify_retry: Duration,
    /// Command that notifies a target by exiting with 0; split into words, run without a shell,
    /// told the event by stdin and BELLPULL_EVENT_*
    #[arg(long, value_name = "CMD", value_parser = command_line, requires = "manifests", env = "BELLPULL_ON_NOTIFY", help_heading = NOTIFICATION)]
    pub on_notify: Option<CommandLine>,
    /// Until the command of --on-notify is killed, with all that it started, and counts as failed
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::COMMAND_TIMEOUT), value_parser = timeout, env = "BELLPULL_ON_NOTIFY_TIMEOUT", help_heading = NOTIFICATION)]
    pub on_notify_timeout: Duration,
    /// Refuse references to objects of other namespaces
    #[arg(long, switch(), env = "BELLPULL_NO_CROSS_NAMESPACE_REFS", help_heading = NOTIFICATION)]
    pub no_cross_namespace_refs: bool,

    /// How the log is written
    #[arg(long, alias = "log-encoding", value_enum, default_value_t = LogFormat::Text, env = "BELLPULL_LOG_FORMAT", help_heading = LOG)]
    pub log_format: LogFormat,
    /// How much is logged
    #[arg(long, value_enum, default_value_t = LogLevel::Info, env = "BELLPULL_LOG_LEVEL", help_heading = LOG)]
    pub log_level: LogLevel,

    /// What Flux takes and Bellpull has no use for.
    #[command(flatten)]
    pub flux: FluxFlags,
}
