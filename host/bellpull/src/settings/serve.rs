use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use clap::Args;
use clap::builder::BoolishValueParser;

use super::cluster::ClusterArgs;
use super::flux::FluxFlags;
use super::plugins::{CacheArgs, PluginArgs};
use super::values::{
    CommandLine, LogFormat, LogLevel, address, bytes, command_line, count, duration, timeout,
};

/// `bellpull serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Directory of Receivers, Secrets and targets as YAML or JSON; without it a cluster is served
    #[arg(long, value_name = "DIR", env = "BELLPULL_MANIFESTS")]
    pub manifests: Option<PathBuf>,

    /// Where webhooks arrive
    #[arg(
        long,
        alias = "receiverAddr",
        value_name = "ADDR",
        default_value = "[::]:9292",
        value_parser = address,
        env = "BELLPULL_RECEIVER_ADDR"
    )]
    pub receiver_addr: SocketAddr,
    /// Where /healthz and /readyz answer
    #[arg(long, value_name = "ADDR", default_value = "[::]:9440", value_parser = address, env = "BELLPULL_HEALTH_ADDR")]
    pub health_addr: SocketAddr,
    /// Where /metrics answers
    #[arg(long, value_name = "ADDR", default_value = "[::]:8080", value_parser = address, env = "BELLPULL_METRICS_ADDR")]
    pub metrics_addr: SocketAddr,

    /// Largest body of a delivery (GitHub sends up to 25MB)
    #[arg(long, value_name = "BYTES", default_value = "3MiB", value_parser = bytes, env = "BELLPULL_MAX_BODY")]
    pub max_body: usize,
    /// Bodies held at once
    #[arg(long, value_name = "BYTES", default_value = "256MiB", value_parser = bytes, env = "BELLPULL_MAX_BODIES_IN_FLIGHT")]
    pub max_bodies_in_flight: usize,
    /// Connections open at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_CONNECTIONS, value_parser = count, env = "BELLPULL_MAX_CONNECTIONS")]
    pub max_connections: usize,
    /// Until the headers of a request must be there
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = timeout, env = "BELLPULL_HEADER_TIMEOUT")]
    pub header_timeout: Duration,
    /// Until the body of a request must be there
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = timeout, env = "BELLPULL_READ_TIMEOUT")]
    pub read_timeout: Duration,
    /// Until a delivery is answered, its notifications done or not
    #[arg(long, value_name = "DURATION", default_value = "2500ms", value_parser = timeout, env = "BELLPULL_ANSWER_DEADLINE")]
    pub answer_deadline: Duration,
    /// Limits of a verification.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Notifications attempted at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_NOTIFICATIONS, value_parser = count, env = "BELLPULL_MAX_NOTIFICATIONS")]
    pub max_notifications: usize,
    /// How long a notification that fails is tried again
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration, env = "BELLPULL_NOTIFY_RETRY")]
    pub notify_retry: Duration,
    /// Command that notifies a target by exiting with 0; split into words, run without a shell,
    /// told the event by stdin and BELLPULL_EVENT_*
    #[arg(long, value_name = "CMD", value_parser = command_line, requires = "manifests", env = "BELLPULL_ON_NOTIFY")]
    pub on_notify: Option<CommandLine>,
    /// Until that command is killed, with all that it started, and counts as failed
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = timeout, env = "BELLPULL_ON_NOTIFY_TIMEOUT")]
    pub on_notify_timeout: Duration,

    /// Serving on after SIGTERM, since load balancers lag
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration, env = "BELLPULL_DRAIN_DELAY")]
    pub drain_delay: Duration,
    /// Finishing what is in hand after that
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = duration, env = "BELLPULL_DRAIN_TIMEOUT")]
    pub drain_timeout: Duration,

    /// Answer with the status codes that Flux's notification-controller gives; what is ignored gets 400,
    /// GitHub's ping too
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true",
        hide_default_value = true,
        hide_possible_values = true,
        value_parser = BoolishValueParser::new(),
        action = clap::ArgAction::Set,
        env = "BELLPULL_FLUX_STATUS_CODES"
    )]
    pub flux_status_codes: bool,
    /// Serve Receivers whose annotation bellpull.dev/type is beside a spec.type that Flux's own
    /// controller would serve without this provider's verification
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true",
        hide_default_value = true,
        hide_possible_values = true,
        value_parser = BoolishValueParser::new(),
        action = clap::ArgAction::Set,
        env = "BELLPULL_ALLOW_WEAK_CARRIER"
    )]
    pub allow_weak_carrier: bool,
    /// Refuse references to objects of other namespaces
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true",
        hide_default_value = true,
        hide_possible_values = true,
        value_parser = BoolishValueParser::new(),
        action = clap::ArgAction::Set,
        env = "BELLPULL_NO_CROSS_NAMESPACE_REFS"
    )]
    pub no_cross_namespace_refs: bool,

    /// How the log is written
    #[arg(long, alias = "log-encoding", value_enum, default_value_t = LogFormat::Text, env = "BELLPULL_LOG_FORMAT")]
    pub log_format: LogFormat,
    /// How much is logged
    #[arg(long, value_enum, default_value_t = LogLevel::Info, env = "BELLPULL_LOG_LEVEL")]
    pub log_level: LogLevel,

    /// Which providers there are beside the bundled ones.
    #[command(flatten)]
    pub plugins: PluginArgs,
    /// How components are compiled.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Which cluster, and what of it.
    #[command(flatten)]
    pub cluster: ClusterArgs,
    /// What Flux takes and Bellpull has no use for.
    #[command(flatten)]
    pub flux: FluxFlags,
}

/// Limits of a verification.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// Verifications at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_VERIFICATIONS, value_parser = count, env = "BELLPULL_MAX_VERIFICATIONS")]
    pub max_verifications: usize,
    /// Longest verification, the component's work and the host's for it
    #[arg(long, value_name = "DURATION", default_value = "250ms", value_parser = timeout, env = "BELLPULL_VERIFY_TIMEOUT")]
    pub verify_timeout: Duration,
    /// Where the host may go for a verification.
    #[command(flatten)]
    pub egress: EgressArgs,
}

/// The way out to the network.
#[derive(Clone, Debug, Default, Args)]
pub struct EgressArgs {
    /// File of certificates in PEM to trust beside the system's, for issuers and for what components
    /// fetch; repeatable
    #[arg(
        long,
        value_name = "FILE",
        env = "BELLPULL_TRUST_CA",
        value_delimiter = ','
    )]
    pub trust_ca: Vec<PathBuf>,
    /// Refuse issuers of tokens at private addresses; link-local ones are always refused
    #[arg(long, env = "BELLPULL_JWT_PUBLIC_ONLY")]
    pub jwt_public_only: bool,
    /// Host that components may fetch from at a private address; repeatable
    #[arg(
        long,
        value_name = "HOST",
        env = "BELLPULL_ALLOW_PRIVATE_FETCH",
        value_delimiter = ','
    )]
    pub allow_private_fetch: Vec<String>,
    /// Proxy for issuers and for what components fetch, as http://HOST:PORT
    #[arg(
        long,
        value_name = "URL",
        env = "BELLPULL_EGRESS_PROXY",
        hide_env_values = true
    )]
    pub egress_proxy: Option<String>,
    /// Hosts that are reached without the proxy, as NO_PROXY has them: names with all below them,
    /// addresses, networks
    #[arg(
        long,
        value_name = "HOSTS",
        requires = "egress_proxy",
        default_value = "",
        hide_default_value = true,
        env = "BELLPULL_EGRESS_NO_PROXY"
    )]
    pub egress_no_proxy: String,
}

impl Default for VerifyArgs {
    fn default() -> Self {
        Self {
            max_verifications: limits::MAX_VERIFICATIONS,
            verify_timeout: limits::VERIFY_TIMEOUT,
            egress: EgressArgs::default(),
        }
    }
}
