use clap::Args;

/// Flags of Flux's notification-controller v1.9.3 (its `main.go` and fluxcd/pkg/runtime) that mean
/// nothing to Bellpull on a directory. Taken, so that arguments can be kept, and answered with a
/// warning.
#[derive(Debug, Default, Args)]
pub struct FluxFlags {
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    watch_all_namespaces: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enable_leader_election: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    leader_election_release_on_cancel: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    export_http_path_metrics: Option<String>,
    #[arg(long, hide = true)]
    leader_election_lease_duration: Option<String>,
    #[arg(long, hide = true)]
    leader_election_renew_deadline: Option<String>,
    #[arg(long, hide = true)]
    leader_election_retry_period: Option<String>,
    #[arg(long, hide = true)]
    events_addr: Option<String>,
    #[arg(long, hide = true)]
    concurrent: Option<String>,
    #[arg(long, hide = true)]
    rate_limit_interval: Option<String>,
    #[arg(long, hide = true)]
    watch_configs_label_selector: Option<String>,
    #[arg(long, hide = true)]
    watch_label_selector: Option<String>,
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
    /// One sentence for each flag that was given.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        /// Bellpull has no part that the flag is about.
        const ALERTS: &str = "it belongs to alerts, which notification-controller keeps serving";
        const CLUSTER: &str = "it concerns a Kubernetes API server, and a directory has none";
        const LIMITS: &str = "see --max-verifications and --max-notifications for what is limited";
        [
            ("watch-all-namespaces", &self.watch_all_namespaces, CLUSTER),
            (
                "enable-leader-election",
                &self.enable_leader_election,
                CLUSTER,
            ),
            (
                "leader-election-release-on-cancel",
                &self.leader_election_release_on_cancel,
                CLUSTER,
            ),
            (
                "leader-election-lease-duration",
                &self.leader_election_lease_duration,
                CLUSTER,
            ),
            (
                "leader-election-renew-deadline",
                &self.leader_election_renew_deadline,
                CLUSTER,
            ),
            (
                "leader-election-retry-period",
                &self.leader_election_retry_period,
                CLUSTER,
            ),
            (
                "export-http-path-metrics",
                &self.export_http_path_metrics,
                "webhook paths are secrets and never reach a metric",
            ),
            ("events-addr", &self.events_addr, ALERTS),
            ("rate-limit-interval", &self.rate_limit_interval, ALERTS),
            ("concurrent", &self.concurrent, LIMITS),
            (
                "watch-configs-label-selector",
                &self.watch_configs_label_selector,
                CLUSTER,
            ),
            ("watch-label-selector", &self.watch_label_selector, CLUSTER),
            ("kube-api-qps", &self.kube_api_qps, CLUSTER),
            ("kube-api-burst", &self.kube_api_burst, CLUSTER),
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
                CLUSTER,
            ),
            ("feature-gates", &self.feature_gates, "Bellpull has none"),
        ]
        .into_iter()
        .filter(|(_, value, _)| value.is_some())
        .map(|(flag, _, why)| format!("--{flag} has no effect: {why}"))
        .collect()
    }
}
