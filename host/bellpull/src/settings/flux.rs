use clap::Args;

use super::switch::Switch as _;

/// Flags of Flux's notification-controller v1.9.3 (its `main.go` and fluxcd/pkg/runtime) that have no
/// effect. They are accepted with a warning, so that the arguments of a deployment can be kept.
#[derive(Clone, Debug, Default, Args)]
pub struct FluxFlags {
    #[arg(long, hide = true, or_true())]
    leader_election_release_on_cancel: Option<String>,
    #[arg(long, hide = true, or_true())]
    export_http_path_metrics: Option<String>,
    #[arg(long, hide = true)]
    leader_election_renew_deadline: Option<String>,
    #[arg(long, hide = true)]
    events_addr: Option<String>,
    #[arg(long, hide = true)]
    concurrent: Option<String>,
    #[arg(long, hide = true)]
    rate_limit_interval: Option<String>,
    #[arg(long, hide = true)]
    kube_api_qps: Option<String>,
    #[arg(long, hide = true)]
    kube_api_burst: Option<String>,
    #[arg(long, hide = true)]
    min_retry_delay: Option<String>,
    #[arg(long, hide = true)]
    max_retry_delay: Option<String>,
    #[arg(long, hide = true)]
    interval_jitter_percentage: Option<String>,
    #[arg(long, hide = true)]
    feature_gates: Option<String>,
}

impl FluxFlags {
    /// A sentence for each given flag.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        const ALERTS: &str = "it belongs to alerts, which notification-controller keeps serving";
        const LIMITS: &str = "see --max-verifications and --max-notifications for what is limited";
        [
            (
                "leader-election-release-on-cancel",
                &self.leader_election_release_on_cancel,
                "the Lease is always released at the end",
            ),
            (
                "leader-election-renew-deadline",
                &self.leader_election_renew_deadline,
                "see --leader-election-lease-duration and --leader-election-retry-period",
            ),
            (
                "export-http-path-metrics",
                &self.export_http_path_metrics,
                "webhook paths are secrets and never reach a metric",
            ),
            ("events-addr", &self.events_addr, ALERTS),
            ("rate-limit-interval", &self.rate_limit_interval, ALERTS),
            ("concurrent", &self.concurrent, LIMITS),
            ("kube-api-qps", &self.kube_api_qps, LIMITS),
            ("kube-api-burst", &self.kube_api_burst, LIMITS),
            (
                "min-retry-delay",
                &self.min_retry_delay,
                "see --notify-retry",
            ),
            (
                "max-retry-delay",
                &self.max_retry_delay,
                "see --notify-retry",
            ),
            (
                "interval-jitter-percentage",
                &self.interval_jitter_percentage,
                "everything that a Receiver depends on is watched, and nothing waits for its interval",
            ),
            ("feature-gates", &self.feature_gates, "Bellpull has none"),
        ]
        .into_iter()
        .filter(|(_, value, _)| value.is_some())
        .map(|(flag, _, why)| format!("--{flag} has no effect: {why}"))
        .collect()
    }
}
