use std::collections::BTreeSet;
use std::sync::Arc;

use bellpull_core::text;
use bellpull_gateway::Concern;
use bellpull_plan::{Reason, ReceiverState};

/// Names that are told at once; whoever writes Receivers invents them.
const MOST: usize = 16;
/// Of a name, bytes: those of components are no longer.
const MAX_NAME: usize = 63;

/// Tells the probes which providers Receivers name and nothing serves.
pub(super) struct Absent(Concern);

impl Absent {
    pub(super) fn new(concern: Concern) -> Self {
        Self(concern)
    }

    pub(super) fn follow(&self, receivers: &[Arc<ReceiverState>]) {
        self.0.set(told(receivers.iter().filter_map(|state| {
            (state.reason == Reason::ProviderNotLoaded).then_some(state.provider.as_str())
        })));
    }
}

fn told<'a>(absent: impl Iterator<Item = &'a str>) -> Vec<String> {
    let absent: BTreeSet<&str> = absent.collect();
    let named = absent.iter().take(MOST);
    let mut told: Vec<String> = named.map(|name| text::printable(name, MAX_NAME)).collect();
    if absent.len() > MOST {
        told.push(format!("and {} more", absent.len() - MOST));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_told_once_and_no_more_than_a_probe_wants_to_read() {
        assert_eq!(told(["b", "a", "b"].into_iter()), ["a", "b"]);
        let many: Vec<String> = (0..20).map(|n| format!("a{n:02}")).collect();
        let told = told(many.iter().map(String::as_str));
        assert_eq!(told.len(), MOST + 1);
        assert_eq!(told.last().map(String::as_str), Some("and 4 more"));
    }
}
