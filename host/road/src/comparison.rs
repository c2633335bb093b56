use std::sync::OnceLock;

use bellpull_core::{Acceptance, EventSet};
use bellpull_matching::{Matcher, TargetSpec};
use bellpull_ports::FoundTarget;

/// Compares the events of a delivery with what objects follow. The matcher is built for the first
/// object that asks.
pub(crate) struct Comparison<'a> {
    acceptance: &'a Acceptance,
    matcher: OnceLock<Matcher<'a>>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(acceptance: &'a Acceptance) -> Self {
        Self {
            acceptance,
            matcher: OnceLock::new(),
        }
    }

    /// The events that may concern the object. `None`: the object is not known.
    pub(crate) fn of(&self, found: &FoundTarget) -> Option<EventSet> {
        let object = found.object.as_deref()?;
        Some(self.matcher().concerning(&object.spec, |_| source(found)))
    }

    /// One line that compares the nearest event with the object.
    pub(crate) fn explain(&self, found: &FoundTarget) -> Option<String> {
        let object = found.object.as_deref()?;
        Some(self.matcher().explain(&object.spec, |_| source(found)))
    }

    fn matcher(&self) -> &Matcher<'a> {
        self.matcher.get_or_init(|| Matcher::new(self.acceptance))
    }
}

fn source(found: &FoundTarget) -> Option<&TargetSpec> {
    found.source.as_deref().map(|source| &source.spec)
}
