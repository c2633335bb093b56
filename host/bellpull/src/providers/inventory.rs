use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_sandbox::LoadedComponent;
use serde::{Deserialize, Serialize};

use super::claims::Lost;
use super::plugins::Plugins;
use super::policy::Idle;

/// Every component at one time; what it has done since shows all the same. After them the flags that
/// are for nobody.
#[derive(Default)]
pub struct Inventory {
    rows: Vec<Row>,
    idle: Vec<Idle>,
}

/// One component.
struct Row {
    source: String,
    loaded: Option<Arc<LoadedComponent>>,
    serves: Vec<String>,
    /// Why what was looked at last does not serve.
    problem: Option<String>,
    /// Why what is loaded cannot serve.
    refused: Option<String>,
    /// Names that it claims and does not serve.
    lost: Vec<Lost>,
}

/// What `bellpull plugins` says of a component, or of a flag that is for nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginState {
    /// Provider names that it serves.
    pub providers: Vec<String>,
    /// `bundled`, its file, or the flag.
    pub source: String,
    /// Its own version.
    pub version: Option<String>,
    /// SHA-256 of the version that serves.
    pub digest: Option<String>,
    /// `serving`; `outdated`: an older version serves, since the newer one does not load;
    /// `shadowed`: others serve its names; `disputed`: others claim them too, and nobody serves them;
    /// `failed`: nothing of it can serve; `unused`: a flag that is for nobody.
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
    /// The state of every component, and the flags that are for nobody.
    #[must_use]
    pub fn states(&self) -> Vec<PluginState> {
        let idle = self.idle.iter().map(unused);
        self.components().chain(idle).collect()
    }

    /// The state of every component.
    pub(crate) fn components(&self) -> impl Iterator<Item = PluginState> {
        self.rows.iter().map(Row::state)
    }
}

impl Plugins {
    /// Every component as it is now, the bundled ones first.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        let rows = self.slots.iter().map(|(source, slot)| Row {
            source: source.to_string(),
            loaded: slot.loaded.clone(),
            serves: self.names.served_by(source),
            problem: slot.problem.clone(),
            refused: slot.refused.clone(),
            lost: self.names.lost_by(source).to_vec(),
        });
        Inventory {
            rows: rows.collect(),
            idle: self.names.idle().to_vec(),
        }
    }
}

impl Row {
    fn state(&self) -> PluginState {
        let loaded = self.loaded.as_deref();
        let told = self.problem.iter().chain(&self.refused);
        let lost = self.lost.iter().map(Lost::reason);
        let reasons: Vec<&str> = told.map(String::as_str).chain(lost).collect();
        let faults_by_kind: BTreeMap<String, u64> = loaded
            .into_iter()
            .flat_map(LoadedComponent::faults)
            .filter(|(_, count)| *count > 0)
            .map(|(fault, count)| (fault.as_str().to_owned(), count))
            .collect();
        PluginState {
            providers: self.serves.clone(),
            source: self.source.clone(),
            version: loaded.map(|loaded| loaded.description().version.clone()),
            digest: loaded.map(|loaded| loaded.digest().to_string()),
            state: self.word().to_owned(),
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            faults: faults_by_kind.values().sum(),
            faults_by_kind,
            breaker: match loaded.map_or(0, LoadedComponent::resting) {
                0 => "closed".to_owned(),
                1 => "open for 1 Receiver".to_owned(),
                resting => format!("open for {resting} Receivers"),
            },
        }
    }

    fn word(&self) -> &'static str {
        let disputed = |lost: &Lost| matches!(lost, Lost::Disputed { served: false, .. });
        if self.loaded.is_none() || self.refused.is_some() {
            "failed"
        } else if self.problem.is_some() {
            "outdated"
        } else if !self.serves.is_empty() {
            "serving"
        } else if self.lost.iter().any(disputed) {
            "disputed"
        } else {
            "shadowed"
        }
    }
}

fn unused(idle: &Idle) -> PluginState {
    PluginState {
        providers: Vec::new(),
        source: idle.flag.clone(),
        version: None,
        digest: None,
        state: "unused".to_owned(),
        reason: Some(idle.reason.clone()),
        faults: 0,
        faults_by_kind: BTreeMap::new(),
        breaker: "-".to_owned(),
    }
}
