use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::{Networks, limits};
use clap::Args;

use super::cluster::ClusterArgs;
use super::flux::FluxFlags;
use super::headings::{
    self, CLUSTER, EGRESS, LIMITS, LISTENERS, LOG, NOTIFICATION, PLUGINS, RECORDS, TLS, TRACES,
};
use super::plugins::{AbsentPlugins, CacheArgs, PluginArgs};
use super::records::RecordArgs;
use super::registry::RegistryArgs;
use super::switch::Switch as _;
use super::tls::TlsArgs;
use super::traces::TraceArgs;
use super::values::{
    CommandLine, LogFormat, LogLevel, address, bytes, command_line, count, duration, everywhere,
    shown_bytes, shown_duration, timeout,
};
use super::verify::{EgressArgs, VerifyArgs};

/// Port of `--receiver-addr`, as of Flux.
pub(super) const RECEIVER_PORT: u16 = 9292;
/// Port of `--health-addr`, as of Flux.
const HEALTH_PORT: u16 = 9440;
/// Port of `--metrics-addr`, as of Flux.
const METRICS_PORT: u16 = 8080;

/// The formats of values, at the end of the help.
const VALUES: &str = "\
ADDR is IP:PORT, or :PORT for every interface. BOOL is true or false.
BYTES is a number of bytes such as 3MiB, 25MB or 4096.
DURATION is a time such as 10s, 250ms or 1m30s.";

/// The groups of flags stand in the order of the help.
#[derive(Clone, Debug, Args)]
#[command(
    disable_help_flag = true,
    mut_args = headings::lift,
    arg = headings::help(),
    after_help = VALUES
)]
pub struct ServeArgs {
    /// Directory with the manifests of Receivers, Secrets and targets [default: serve a cluster]
    ///
    /// The files are YAML or JSON, and are watched. Notifications are lines of JSON on stdout, and calls
    /// of --on-notify.
    #[arg(long, value_name = "DIR", env = "BELLPULL_MANIFESTS")]
    pub manifests: Option<PathBuf>,

    /// Address that receives webhooks
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
    /// Address that answers /healthz and /readyz
    #[arg(long, value_name = "ADDR", default_value_t = everywhere(HEALTH_PORT), value_parser = address, env = "BELLPULL_HEALTH_ADDR", help_heading = LISTENERS)]
    pub health_addr: SocketAddr,
    /// Address that answers /metrics
    #[arg(long, value_name = "ADDR", default_value_t = everywhere(METRICS_PORT), value_parser = address, env = "BELLPULL_METRICS_ADDR", help_heading = LISTENERS)]
    pub metrics_addr: SocketAddr,
    /// Metrics of each Receiver beside those of the process, of at most 1000 Receivers [default: true]
    #[arg(long, on(), env = "BELLPULL_RECEIVER_METRICS", help_heading = LISTENERS)]
    pub receiver_metrics: bool,
    /// Proxies that say where a request comes from: addresses and CIDR blocks with commas between them
    ///
    /// Their X-Forwarded-For or Forwarded is read, and of it the last address that is none of theirs.
    /// Without this flag, the peer of the connection is where a request comes from.
    #[arg(long, value_name = "CIDR", env = "BELLPULL_TRUSTED_PROXIES", help_heading = LISTENERS)]
    pub trusted_proxies: Option<Networks>,
    /// Expect a header of the PROXY protocol, version 1 or 2, before each connection for webhooks
    ///
    /// With --trusted-proxies, from those peers alone; others are served without one.
    #[arg(long, switch(), env = "BELLPULL_PROXY_PROTOCOL", help_heading = LISTENERS)]
    pub proxy_protocol: bool,
    /// Answer with the status codes of Flux's notification-controller
    ///
    /// Most ignored deliveries get 400 then. A delivery that changes nothing and a ping get 200, unless
    /// spec.events leaves the ping out.
    #[arg(long, switch(), env = "BELLPULL_FLUX_STATUS_CODES", help_heading = LISTENERS)]
    pub flux_status_codes: bool,

    #[command(flatten, next_help_heading = TLS)]
    pub tls: TlsArgs,

    /// Largest body of a delivery; GitHub sends up to 25MB
    #[arg(long, value_name = "BYTES", default_value = shown_bytes(limits::MAX_BODY), value_parser = bytes, env = "BELLPULL_MAX_BODY", help_heading = LIMITS)]
    pub max_body: usize,
    /// Most memory for deliveries that are being handled; at least twice --max-body [default: 256MiB,
    /// less where memory is limited]
    ///
    /// Counts their bodies, their headers and what is parsed from them.
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_MAX_BODIES_IN_FLIGHT", help_heading = LIMITS)]
    pub max_bodies_in_flight: Option<usize>,
    /// Most open connections; each takes 80KiB, and 96KiB with TLS [default: 4096, fewer where memory is
    /// limited]
    #[arg(long, value_name = "N", value_parser = count, env = "BELLPULL_MAX_CONNECTIONS", help_heading = LIMITS)]
    pub max_connections: Option<usize>,
    /// Most deliveries a minute from one address that prove nothing; 0 is no limit [default: 60 with
    /// --trusted-proxies or --proxy-protocol, no limit without]
    ///
    /// They have an unknown path or a wrong proof. Then their answer is 429. A delivery that proves itself
    /// is never refused so.
    #[arg(long, value_name = "N", env = "BELLPULL_UNPROVEN_LIMIT", help_heading = LIMITS)]
    pub unproven_limit: Option<u32>,
    /// Longest time for the headers of a request, or for a TLS handshake
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::HEADER_TIMEOUT), value_parser = timeout, env = "BELLPULL_HEADER_TIMEOUT", help_heading = LIMITS)]
    pub header_timeout: Duration,
    /// Longest time for the body of a request to arrive
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::READ_TIMEOUT), value_parser = timeout, env = "BELLPULL_READ_TIMEOUT", help_heading = LIMITS)]
    pub read_timeout: Duration,
    /// Longest time until a delivery is answered; its notifications go on after that
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::ANSWER_DEADLINE), value_parser = timeout, env = "BELLPULL_ANSWER_DEADLINE", help_heading = LIMITS)]
    pub answer_deadline: Duration,
    #[command(flatten, next_help_heading = LIMITS)]
    pub verify: VerifyArgs,
    /// How long to accept requests after SIGTERM, until load balancers have noticed
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::DRAIN_DELAY), value_parser = duration, env = "BELLPULL_DRAIN_DELAY", help_heading = LIMITS)]
    pub drain_delay: Duration,
    /// Longest time after --drain-delay to finish deliveries and notifications
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::DRAIN_TIMEOUT), value_parser = duration, env = "BELLPULL_DRAIN_TIMEOUT", help_heading = LIMITS)]
    pub drain_timeout: Duration,

    #[command(flatten, next_help_heading = CLUSTER)]
    pub cluster: ClusterArgs,
    /// Serve a Receiver with the annotation bellpull.dev/type whatever its spec.type is
    ///
    /// Otherwise its spec.type must be generic-hmac. With another type, Flux's own controller would serve
    /// the Receiver too, without the verification of its provider.
    #[arg(long, switch(), env = "BELLPULL_ALLOW_WEAK_CARRIER", help_heading = CLUSTER)]
    pub allow_weak_carrier: bool,

    /// Close Receivers whose Secret has a value of fewer than 8 bytes
    ///
    /// A component may see such a value where it is not expected: deliveries are searched for longer
    /// values alone.
    #[arg(long, switch(), env = "BELLPULL_REQUIRE_LONG_CREDENTIALS", help_heading = PLUGINS)]
    pub require_long_credentials: bool,
    #[command(flatten, next_help_heading = PLUGINS)]
    pub plugins: PluginArgs,
    #[command(flatten, next_help_heading = PLUGINS)]
    pub cache: CacheArgs,
    /// Largest component that is pulled for a ReceiverPlugin; two are pulled at once [default: 64MiB, less where
    /// memory is limited]
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_MAX_PLUGIN_SIZE", help_heading = PLUGINS)]
    pub max_plugin_size: Option<usize>,
    /// What /readyz does while a Receiver names a provider that no component serves
    ///
    /// With `fail`, anybody who writes Receivers can make every replica unready.
    #[arg(long, value_enum, default_value_t = AbsentPlugins::Warn, env = "BELLPULL_ABSENT_PLUGINS", help_heading = PLUGINS)]
    pub absent_plugins: AbsentPlugins,

    #[command(flatten, next_help_heading = EGRESS)]
    pub egress: EgressArgs,

    #[command(flatten, next_help_heading = EGRESS)]
    pub registry: RegistryArgs,
    /// Most notifications at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_NOTIFICATIONS, value_parser = count, env = "BELLPULL_MAX_NOTIFICATIONS", help_heading = NOTIFICATION)]
    pub max_notifications: usize,
    /// How long to retry a notification that fails
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::NOTIFY_RETRY), value_parser = duration, env = "BELLPULL_NOTIFY_RETRY", help_heading = NOTIFICATION)]
    pub notify_retry: Duration,
    /// Command that is run for each target; exit code 0 means notified; needs --manifests
    ///
    /// The command is split into words and run without a shell. It gets the event on stdin as JSON, and in
    /// the environment as BELLPULL_EVENT_*.
    #[arg(long, value_name = "CMD", value_parser = command_line, requires = "manifests", env = "BELLPULL_ON_NOTIFY", help_heading = NOTIFICATION)]
    pub on_notify: Option<CommandLine>,
    /// Longest run of the --on-notify command
    ///
    /// After that the command is killed, with every process that it started, and counts as failed.
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::COMMAND_TIMEOUT), value_parser = timeout, env = "BELLPULL_ON_NOTIFY_TIMEOUT", help_heading = NOTIFICATION)]
    pub on_notify_timeout: Duration,
    /// Refuse references to objects in other namespaces
    #[arg(long, switch(), env = "BELLPULL_NO_CROSS_NAMESPACE_REFS", help_heading = NOTIFICATION)]
    pub no_cross_namespace_refs: bool,

    #[command(flatten, next_help_heading = RECORDS)]
    pub records: RecordArgs,

    #[command(flatten, next_help_heading = TRACES)]
    pub traces: TraceArgs,

    /// Format of the log on stderr
    #[arg(long, alias = "log-encoding", value_enum, default_value_t = LogFormat::Text, env = "BELLPULL_LOG_FORMAT", help_heading = LOG)]
    pub log_format: LogFormat,
    /// Least severity of log lines
    #[arg(long, value_enum, default_value_t = LogLevel::Info, env = "BELLPULL_LOG_LEVEL", help_heading = LOG)]
    pub log_level: LogLevel,

    #[command(flatten)]
    pub flux: FluxFlags,
}

impl ServeArgs {
    /// The most deliveries from one address that may prove nothing, within a minute. Behind a proxy that
    /// is not known as one, all senders have the same address. So there is a limit by itself only where
    /// addresses are the senders' own.
    #[must_use]
    pub fn unproven_per_minute(&self) -> Option<NonZeroU32> {
        let knows_senders = self.proxy_protocol || self.trusted_proxies.is_some();
        let by_itself = knows_senders.then_some(limits::UNPROVEN_PER_MINUTE);
        NonZeroU32::new(self.unproven_limit.or(by_itself)?)
    }
}
