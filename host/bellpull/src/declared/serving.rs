//! What is told of a ReceiverPlugin.

use std::collections::HashMap;

use bellpull_api::{PluginCapabilities, PluginUse};
use bellpull_engine::Digest;
use bellpull_ports::Entry;
use bellpull_trust::status::{DeclaredState, ServingArtefact};
use bellpull_trust::{PluginProblem, PluginReason};

use super::news::{DeclaredComponent, KeptPlugin};
use crate::plan_types::SandboxRoutes;

/// How many Receivers are named.
const NAMED: usize = 32;

/// What is known of a plugin. `serves` are the names that its component serves, and `unserved` says why it
/// does not serve others.
pub(crate) fn state_of(
    kept: &KeptPlugin,
    serves: Vec<String>,
    unserved: &[String],
    users: &ComponentUsers,
) -> DeclaredState {
    let not_served = || {
        let all_serve = unserved.is_empty() || kept.component.is_none();
        (!all_serve).then(|| PluginProblem::new(PluginReason::NamesNotServed, unserved.join("; ")))
    };
    let not_settled = || {
        let asked = "what the source leads to is being asked";
        (!kept.settled).then(|| PluginProblem::new(PluginReason::Progressing, asked))
    };
    let problem = kept.problem.clone();
    DeclaredState {
        generation: kept.generation,
        requested_at: kept.requested_at.clone(),
        problem: problem.or_else(not_settled).or_else(not_served),
        suspended: kept.suspended,
        serving: kept
            .component
            .as_ref()
            .map(|component| serving(component, serves, users)),
        history: kept.history.clone(),
    }
}

fn serving(
    component: &DeclaredComponent,
    serves: Vec<String>,
    users: &ComponentUsers,
) -> ServingArtefact {
    let capabilities = component.capabilities.iter();
    let granted = capabilities.clone().filter(|(_, granted)| *granted);
    ServingArtefact {
        artefact: component.artefact.clone(),
        verified_by: component.verified_by.clone(),
        contract: component.contract.clone(),
        providers: serves,
        capabilities: PluginCapabilities {
            asked: capabilities.map(|(name, _)| name.clone()).collect(),
            granted: granted.map(|(name, _)| name.clone()).collect(),
        },
        in_use_by: users.of(component.loaded.digest()),
    }
}

/// The Receivers whose routes lead to each of some components.
pub(crate) struct ComponentUsers(HashMap<Digest, Vec<String>>);

impl ComponentUsers {
    /// Looks through all routes once.
    pub(crate) fn new(components: impl Iterator<Item = Digest>, routes: &SandboxRoutes) -> Self {
        let mut users: HashMap<Digest, Vec<String>> =
            components.map(|digest| (digest, Vec::new())).collect();
        for (_, entry) in routes.iter() {
            if let Entry::Serving(route) = entry
                && let Some(receivers) = users.get_mut(&route.component.digest())
            {
                receivers.push(route.bound.id().to_string());
            }
        }
        for receivers in users.values_mut() {
            receivers.sort_unstable();
            // A Receiver has a path for each of its tokens.
            receivers.dedup();
        }
        Self(users)
    }

    fn of(&self, component: Digest) -> PluginUse {
        let receivers = self.0.get(&component).map_or(&[][..], Vec::as_slice);
        PluginUse {
            count: i64::try_from(receivers.len()).unwrap_or(i64::MAX),
            receivers: receivers.iter().take(NAMED).cloned().collect(),
        }
    }
}
