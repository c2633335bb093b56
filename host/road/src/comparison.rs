use std::sync::OnceLock;

use bellpull_core::{Acceptance, EventSet};
use bellpull_matching::{Matcher, TargetSpec};
use bellpull_ports::Found;

/// The events of a delivery beside what objects follow. Nothing is read of it before the first
/// object asks for that.
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

    /// The events that may be of what the object follows; `None`: nothing is known of the object.
    pub(crate) fn of(&self, found: &Found) -> Option<EventSet> {
        let object = found.object.as_deref()?;
        Some(self.matcher().concerning(&object.spec, |_| source(found)))
    }

    /// How the nearest of them compares with it, in one line.
    pub(crate) fn explain(&self, found: &Found) -> Option<String> {
        let object = found.object.as_deref()?;
        Some(self.matcher().explain(&object.spec, |_| source(found)))
    }

    fn matcher(&self) -> &Matcher<'a> {
        self.matcher.get_or_init(|| Matcher::new(self.acceptance))
    }
}

fn source(found: &Found) -> Option<&TargetSpec> {
    found.source.as_deref().map(|source| &source.spec)
}
