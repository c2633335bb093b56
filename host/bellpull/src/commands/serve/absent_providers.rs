use std::collections::BTreeSet;
use std::sync::Arc;

use bellpull_core::text;
use bellpull_gateway::Concern;
use bellpull_plan::{Reason, ReceiverState};

/// Most names that a probe lists: whoever writes Receivers can invent any number of them.
const MOST: usize = 16;
/// Longest name, bytes, as of components.
const MAX_NAME: usize = 63;

/// Shows in the probes the providers that Receivers name and no component serves.
pub(super) struct AbsentProviders(Concern);

impl AbsentProviders {
    pub(super) fn new(concern: Concern) -> Self {
        Self(concern)
    }

    pub(super) fn update(&self, receivers: &[Arc<ReceiverState>]) {
        self.0.set(listed(receivers.iter().filter_map(|state| {
            (state.reason == Reason::ProviderNotLoaded).then_some(state.provider.as_str())
        })));
    }
}

fn listed<'a>(absent: impl Iterator<Item = &'a str>) -> Vec<String> {
    let absent: BTreeSet<&str> = absent.collect();
    let named = absent.iter().take(MOST);
    let mut listed: Vec<String> = named.map(|name| text::printable(name, MAX_NAME)).collect();
    if absent.len() > MOST {
        listed.push(format!("and {} more", absent.len() - MOST));
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_listed_once_and_the_rest_is_counted() {
        assert_eq!(listed(["b", "a", "b"].into_iter()), ["a", "b"]);
        let many: Vec<String> = (0..20).map(|n| format!("a{n:02}")).collect();
        let listed = listed(many.iter().map(String::as_str));
        assert_eq!(listed.len(), MOST + 1);
        assert_eq!(listed.last().map(String::as_str), Some("and 4 more"));
    }
}
