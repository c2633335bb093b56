use std::collections::BTreeSet;
use std::sync::Arc;

use bellpull_api::ServedArtefact;
use bellpull_sandbox::LoadedComponent;
use bellpull_trust::PluginProblem;

/// What has become of a ReceiverPlugin.
pub(crate) struct PluginNews {
    pub(crate) name: String,
    /// `None`: the object is gone.
    pub(crate) kept: Option<KeptPlugin>,
}

/// A ReceiverPlugin as this process keeps it.
#[derive(Clone, Default)]
pub(crate) struct KeptPlugin {
    pub(crate) generation: Option<i64>,
    /// The request that has been handled.
    pub(crate) requested_at: Option<String>,
    pub(crate) suspended: bool,
    /// Why the wanted version does not serve.
    pub(crate) problem: Option<PluginProblem>,
    /// Whether an attempt for this generation has ended, well or not.
    pub(crate) settled: bool,
    /// What may serve.
    pub(crate) component: Option<DeclaredComponent>,
    /// What has served, the newest first.
    pub(crate) history: Vec<ServedArtefact>,
    /// The names that it served before this process began.
    pub(crate) held: BTreeSet<String>,
}

/// The component of a ReceiverPlugin.
#[derive(Clone)]
pub(crate) struct DeclaredComponent {
    pub(crate) loaded: Arc<LoadedComponent>,
    pub(crate) artefact: ServedArtefact,
    pub(crate) verified_by: Vec<String>,
    /// The version of the contract.
    pub(crate) contract: String,
    /// What it asks for, and whether that is granted.
    pub(crate) capabilities: Vec<(String, bool)>,
    /// The names of bundled providers that it may serve.
    pub(crate) overrides: BTreeSet<String>,
    /// The namespaces whose Receivers may use it; `None`: all of them.
    pub(crate) namespaces: Option<Arc<BTreeSet<String>>>,
}
