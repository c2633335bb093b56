//! What a component asks for beyond what every component may do.

use bellpull_core::Description;
use bellpull_sandbox::{Grants, LoadedComponent};
use serde::Serialize;

use crate::providers::capabilities;

/// A capability that a component asks for.
#[derive(Serialize)]
pub(super) struct CapabilityRow {
    pub(super) name: String,
    pub(super) granted: bool,
    pub(super) note: String,
}

/// Everything that a component asks for, as `--grant` names it.
pub(super) fn asked(component: &LoadedComponent, grants: &Grants) -> Vec<CapabilityRow> {
    let description = component.description();
    let all = capabilities(component, grants).into_iter();
    all.map(|(name, granted)| CapabilityRow {
        note: note(description, &name, granted, *grants == Grants::All),
        name,
        granted,
    })
    .collect()
}

fn note(description: &Description, capability: &str, granted: bool, bundled: bool) -> String {
    let provider = description.providers.first().map_or("", String::as_str);
    match (granted, bundled) {
        (true, true) => "it is bundled".to_owned(),
        (true, false) => "by --grant".to_owned(),
        (false, _) => format!("grant it by --grant {provider}={capability}"),
    }
}
