use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_cluster::{AllowedKind, LeaseSettings, Scope};
use bellpull_core::limits;
use clap::Args;

use super::switch::Switch as _;
use super::values::{namespace, shown_duration, timeout};

/// Name of the Lease. It differs from Flux's, since both may run.
const LEASE: &str = "bellpull-leader-election";

/// Which cluster is served, and what of it. They apply without `--manifests`.
#[derive(Clone, Debug, Args)]
pub struct ClusterArgs {
    /// Kubeconfig of the cluster [default: the pod's service account, KUBECONFIG or ~/.kube/config]
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "manifests",
        env = "BELLPULL_KUBECONFIG"
    )]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig [default: its current context]
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "manifests",
        env = "BELLPULL_CONTEXT"
    )]
    pub context: Option<String>,
    /// Namespace whose Receivers are served; repeatable [default: all namespaces]
    #[arg(long, value_name = "NS", value_delimiter = ',', value_parser = namespace, conflicts_with = "manifests", env = "BELLPULL_WATCH_NAMESPACE")]
    pub watch_namespace: Vec<String>,
    /// Serve the Receivers of all namespaces [default: true]
    ///
    /// With `false`, only the namespace in the environment variable RUNTIME_NAMESPACE is served.
    #[arg(
        long,
        on_or_off(),
        conflicts_with = "watch_namespace",
        env = "BELLPULL_WATCH_ALL_NAMESPACES"
    )]
    pub watch_all_namespaces: Option<bool>,
    /// Label selector of the Receivers that are served [default: all]
    #[arg(long, value_name = "SELECTOR", env = "BELLPULL_WATCH_LABEL_SELECTOR")]
    pub watch_label_selector: Option<String>,
    /// Accepted for compatibility with Flux, without effect
    ///
    /// A change of any Secret that a Receiver names takes effect at once.
    #[arg(
        long,
        value_name = "SELECTOR",
        env = "BELLPULL_WATCH_CONFIGS_LABEL_SELECTOR"
    )]
    pub watch_configs_label_selector: Option<String>,
    /// Kind that may be notified beside those of Flux and Flux Operator; repeatable
    #[arg(
        long,
        value_name = "GROUP/KIND",
        value_delimiter = ',',
        conflicts_with = "manifests",
        env = "BELLPULL_ALLOW_TARGET"
    )]
    pub allow_target: Vec<AllowedKind>,

    /// Write status only while this replica holds the Lease [default: true]
    ///
    /// With `false`, this replica always writes status.
    #[arg(long, on_or_off(), env = "BELLPULL_ENABLE_LEADER_ELECTION")]
    pub enable_leader_election: Option<bool>,
    /// Name of the Lease
    #[arg(
        long,
        value_name = "NAME",
        default_value = LEASE,
        env = "BELLPULL_LEADER_ELECTION_ID"
    )]
    pub leader_election_id: String,
    /// Namespace of the Lease [default: RUNTIME_NAMESPACE, or the namespace of the pod]
    #[arg(long, value_name = "NS", value_parser = namespace, env = "BELLPULL_LEADER_ELECTION_NAMESPACE")]
    pub leader_election_namespace: Option<String>,
    /// How long a replica holds the Lease without renewing it
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::LEASE_DURATION), value_parser = timeout, env = "BELLPULL_LEADER_ELECTION_LEASE_DURATION")]
    pub leader_election_lease_duration: Duration,
    /// How often the Lease is renewed; at least 1s shorter than the lease duration
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::LEASE_RENEWAL), value_parser = timeout, env = "BELLPULL_LEADER_ELECTION_RETRY_PERIOD")]
    pub leader_election_retry_period: Duration,

    /// Namespace of this process
    #[arg(long, hide = true, value_parser = namespace, env = "RUNTIME_NAMESPACE")]
    pub runtime_namespace: Option<String>,
}

impl ClusterArgs {
    /// The namespace of this process if nothing else names one: that of Flux.
    pub const USUAL_NAMESPACE: &str = "flux-system";

    /// A sentence for each given flag that has no effect.
    #[must_use]
    pub fn warnings(&self, on_directory: bool) -> Vec<String> {
        const CLUSTER: &str = "it applies to a cluster, and --manifests serves a directory";
        let mut warnings = Vec::new();
        if self.watch_configs_label_selector.is_some() {
            warnings.push(
                "--watch-configs-label-selector has no effect: a change of any Secret that a \
                 Receiver names is noticed, and no other Secret is read"
                    .to_owned(),
            );
        }
        let given = [
            ("watch-all-namespaces", self.watch_all_namespaces.is_some()),
            ("watch-label-selector", self.watch_label_selector.is_some()),
            (
                "enable-leader-election",
                self.enable_leader_election.is_some(),
            ),
        ];
        let given = given
            .into_iter()
            .filter(|(_, given)| *given && on_directory);
        warnings.extend(given.map(|(flag, _)| format!("--{flag} has no effect: {CLUSTER}")));
        warnings
    }

    /// The namespaces whose Receivers are served.
    ///
    /// # Errors
    /// When only the own namespace is wanted and RUNTIME_NAMESPACE is not set.
    pub fn scope(&self) -> Result<Scope, &'static str> {
        if !self.watch_namespace.is_empty() {
            let namespaces: BTreeSet<String> = self.watch_namespace.iter().cloned().collect();
            return Ok(Scope::Namespaces(namespaces));
        }
        if self.watch_all_namespaces.unwrap_or(true) {
            return Ok(Scope::All);
        }
        match &self.runtime_namespace {
            Some(namespace) => Ok(Scope::Namespaces([namespace.clone()].into())),
            None => Err(
                "--watch-all-namespaces=false: the environment variable RUNTIME_NAMESPACE must say \
                 which namespace is watched; or name it with --watch-namespace",
            ),
        }
    }

    /// The namespace of this process. `here` is that of the pod or of the context.
    #[must_use]
    pub fn own_namespace(&self, here: &str) -> String {
        let named = self.runtime_namespace.clone();
        named.unwrap_or_else(|| match here {
            "" | DEFAULT_NAMESPACE => Self::USUAL_NAMESPACE.to_owned(),
            here => here.to_owned(),
        })
    }

    /// The Lease; `None` without leader election. `here` is the namespace of the pod or of the context,
    /// and `identity` is the name of this replica.
    ///
    /// # Errors
    /// When the Lease would expire before it is renewed.
    pub fn lease(
        &self,
        here: &str,
        identity: String,
    ) -> Result<Option<LeaseSettings>, &'static str> {
        if !self.enable_leader_election.unwrap_or(true) {
            return Ok(None);
        }
        let duration = self.leader_election_lease_duration;
        let renewal = self.leader_election_retry_period;
        let grace = duration.checked_sub(renewal).unwrap_or_default();
        if grace.as_secs() == 0 || renewal.as_secs() == 0 {
            return Err(
                "--leader-election-retry-period must be at least 1s, and at least 1s shorter than \
                 --leader-election-lease-duration",
            );
        }
        let named = self.leader_election_namespace.clone();
        let namespace = named.unwrap_or_else(|| self.own_namespace(here));
        Ok(Some(LeaseSettings {
            namespace,
            name: self.leader_election_id.clone(),
            identity,
            duration,
            grace,
        }))
    }
}
