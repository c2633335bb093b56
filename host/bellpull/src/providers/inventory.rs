//! The list of components that `bellpull plugins` and the metrics show.

use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_sandbox::LoadedComponent;
use serde::{Deserialize, Serialize};

use super::assign::UnservedName;
use super::plugins::Plugins;
use super::policy::UnusedFlag;

/// Every component at one time, and the flags that apply to no component. Faults and circuit breakers
/// are read when a state is asked for.
#[derive(Default)]
pub struct Inventory {
    components: Vec<InventoryRow>,
    unused_flags: Vec<UnusedFlag>,
}

struct InventoryRow {
    source: String,
    loaded: Option<Arc<LoadedComponent>>,
    artefact: Option<String>,
    verified_by: Vec<String>,
    /// Whether a first version of a ReceiverPlugin is being fetched.
    loading: bool,
    serves: Vec<String>,
    /// Why the version that was read last does not serve.
    problem: Option<String>,
    /// Why the loaded version cannot serve.
    refused: Option<String>,
    /// Names that it claims and does not serve.
    unserved: Vec<UnservedName>,
}

/// The state of a component, or of a flag that applies to no component, as `bellpull plugins` prints
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginState {
    /// Provider names that the component serves.
    pub providers: Vec<String>,
    /// `bundled`, its file, or the flag.
    pub source: String,
    /// The component's own version.
    pub version: Option<String>,
    /// SHA-256 of the version that serves.
    pub digest: Option<String>,
    /// The tag and the digest of the artefact that it is from, if it is from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artefact: Option<String>,
    /// The keys and identities whose signatures of the artefact count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_by: Vec<String>,
    /// `serving`; `loading`: the first version of a ReceiverPlugin is being fetched; `outdated`: the version that served last serves on, since the newest one
    /// does not load or cannot be had;
    /// `shadowed`: other components serve its names; `disputed`: other components claim its names too,
    /// and none serves them; `failed`: no version of it can serve; `unused`: a flag that applies to no
    /// component.
    pub state: String,
    /// Why the state is not `serving`.
    pub reason: Option<String>,
    /// Faults since it was loaded.
    pub faults: u64,
    /// The same by kind, without the kinds that have not happened.
    pub faults_by_kind: BTreeMap<String, u64>,
    /// The circuit breaker: `closed`, or for how many Receivers it is open.
    pub breaker: String,
}

impl Inventory {
    /// The state of every component, and the flags that are for nobody.
    #[must_use]
    pub fn states(&self) -> Vec<PluginState> {
        let unused = self.unused_flags.iter().map(unused);
        self.components().chain(unused).collect()
    }

    /// The state of every component.
    pub(crate) fn components(&self) -> impl Iterator<Item = PluginState> {
        self.components.iter().map(InventoryRow::state)
    }
}

impl Plugins {
    /// Every component as it is now, the bundled ones first.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        let components = self.slots.iter().map(|(source, slot)| InventoryRow {
            source: source.to_string(),
            loaded: slot.loaded.clone(),
            artefact: slot
                .declared_component()
                .map(|component| component.artefact.revision.clone()),
            loading: slot.loaded.is_none()
                && slot.declared.as_ref().is_some_and(|kept| !kept.settled),
            verified_by: slot
                .declared_component()
                .map(|component| component.verified_by.clone())
                .unwrap_or_default(),
            serves: self.names.served_by(source),
            problem: slot.problem.clone(),
            refused: slot.refused.clone(),
            unserved: self.names.unserved_by(source).to_vec(),
        });
        Inventory {
            components: components.collect(),
            unused_flags: self.names.unused_flags().to_vec(),
        }
    }
}

impl InventoryRow {
    fn state(&self) -> PluginState {
        let loaded = self.loaded.as_deref();
        let problems = self.problem.iter().chain(&self.refused);
        let unserved = self.unserved.iter().map(UnservedName::reason);
        let reasons: Vec<&str> = problems.map(String::as_str).chain(unserved).collect();
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
            artefact: self.artefact.clone(),
            verified_by: self.verified_by.clone(),
            state: self.state_name().to_owned(),
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

    fn state_name(&self) -> &'static str {
        let disputed =
            |name: &UnservedName| matches!(name, UnservedName::Disputed { served: false, .. });
        if self.loading {
            "loading"
        } else if self.loaded.is_none() || self.refused.is_some() {
            "failed"
        } else if self.problem.is_some() {
            "outdated"
        } else if !self.serves.is_empty() {
            "serving"
        } else if self.unserved.iter().any(disputed) {
            "disputed"
        } else {
            "shadowed"
        }
    }
}

fn unused(unused: &UnusedFlag) -> PluginState {
    PluginState {
        providers: Vec::new(),
        source: unused.flag.clone(),
        version: None,
        digest: None,
        artefact: None,
        verified_by: Vec::new(),
        state: "unused".to_owned(),
        reason: Some(unused.reason.clone()),
        faults: 0,
        faults_by_kind: BTreeMap::new(),
        breaker: "-".to_owned(),
    }
}
