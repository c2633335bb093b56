//! What is told of a ReceiverPlugin.

use bellpull_api::{PluginCapabilities, PluginUse};
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
    routes: &SandboxRoutes,
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
            .map(|component| serving(component, serves, routes)),
        history: kept.history.clone(),
    }
}

fn serving(
    component: &DeclaredComponent,
    serves: Vec<String>,
    routes: &SandboxRoutes,
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
        in_use_by: in_use_by(component, routes),
    }
}

/// The Receivers whose routes lead to the component.
fn in_use_by(component: &DeclaredComponent, routes: &SandboxRoutes) -> PluginUse {
    let digest = component.loaded.digest();
    let mut receivers: Vec<String> = routes
        .iter()
        .filter_map(|(_, entry)| match entry {
            Entry::Serving(route) if route.component.digest() == digest => {
                Some(route.bound.id().to_string())
            }
            _ => None,
        })
        .collect();
    receivers.sort_unstable();
    // A Receiver has a path for each of its tokens.
    receivers.dedup();
    let count = i64::try_from(receivers.len()).unwrap_or(i64::MAX);
    receivers.truncate(NAMED);
    PluginUse { count, receivers }
}
