use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_sandbox::Loaded;
use serde::{Deserialize, Serialize};

/// Every component at one time; what it has done since shows all the same.
#[derive(Default)]
pub struct Inventory(pub(super) Vec<Row>);

/// One component.
pub(super) struct Row {
    pub(super) source: String,
    pub(super) loaded: Option<Arc<Loaded>>,
    pub(super) serves: Vec<String>,
    /// Why what was looked at last does not serve.
    pub(super) problem: Option<String>,
    /// Names that others serve, each with the reason.
    pub(super) lost: Vec<String>,
}

/// What `bellpull plugins` says of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginState {
    /// Provider names that it serves.
    pub providers: Vec<String>,
    /// `bundled`, or its file.
    pub source: String,
    /// Its own version.
    pub version: Option<String>,
    /// SHA-256 of the version that serves.
    pub digest: Option<String>,
    /// `serving`; `outdated`: an older version serves, since the newer one does not load;
    /// `shadowed`: others serve its names; `failed`: nothing of it can serve.
    pub state: String,
    /// Why it is not simply serving.
    pub reason: Option<String>,
    /// Faults since it was loaded.
    pub faults: u64,
    /// The same by kind, those that happened.
    pub faults_by_kind: BTreeMap<String, u64>,
    /// `closed`, or for how many Receivers it rests.
    pub breaker: String,
}

impl Inventory {
    /// The state of every component.
    #[must_use]
    pub fn states(&self) -> Vec<PluginState> {
        self.0.iter().map(Row::state).collect()
    }
}

impl Row {
    fn state(&self) -> PluginState {
        let loaded = self.loaded.as_deref();
        let state = match (loaded, &self.problem, self.serves.is_empty()) {
            (None, _, _) => "failed",
            (Some(_), Some(_), _) => "outdated",
            (Some(_), None, true) => "shadowed",
            (Some(_), None, false) => "serving",
        };
        let reasons: Vec<String> = self.problem.iter().chain(&self.lost).cloned().collect();
        let faults_by_kind: BTreeMap<String, u64> = loaded
            .into_iter()
            .flat_map(Loaded::faults)
            .filter(|(_, count)| *count > 0)
            .map(|(fault, count)| (fault.as_str().to_owned(), count))
            .collect();
        PluginState {
            providers: self.serves.clone(),
            source: self.source.clone(),
            version: loaded.map(|loaded| loaded.description().version.clone()),
            digest: loaded.map(|loaded| loaded.digest().to_string()),
            state: state.to_owned(),
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            faults: faults_by_kind.values().sum(),
            faults_by_kind,
            breaker: match loaded.map_or(0, Loaded::resting) {
                0 => "closed".to_owned(),
                1 => "open for 1 Receiver".to_owned(),
                resting => format!("open for {resting} Receivers"),
            },
        }
    }
}
