use std::collections::BTreeSet;

use crate::{AllowedKind, LeaseSettings, Scope};

/// Which objects of a cluster are served, and who writes status.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// The namespaces whose Receivers are served.
    pub scope: Scope,
    /// A label selector for Receivers.
    pub receiver_selector: Option<String>,
    /// Whether a Receiver may refer to objects of other namespaces.
    pub cross_namespace: bool,
    /// The kinds beyond Flux's that may be notified.
    pub allowed_kinds: BTreeSet<AllowedKind>,
    /// Bellpull's own namespace, with the Secrets that ReceiverPlugins name.
    pub own_namespace: String,
    /// The name of this replica in the status of ReceiverPlugins.
    pub replica: String,
    /// The Lease that replicas compete for. With `None`, this replica always writes status.
    pub lease: Option<LeaseSettings>,
}
