use std::sync::OnceLock;

use bellpull_core::matching::{Match, Matcher, TargetSpec};
use bellpull_core::{Event, Found};

/// The event of a delivery beside what objects follow. Nothing is read of it before the first
/// object asks for that.
pub(crate) struct Comparison<'a> {
    event: &'a Event,
    matcher: OnceLock<Matcher<'a>>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(event: &'a Event) -> Self {
        Self {
            event,
            matcher: OnceLock::new(),
        }
    }

    /// How the event compares with what the object follows; `None`: nothing is known of the object.
    pub(crate) fn of(&self, found: &Found) -> Option<Match> {
        let object = found.object.as_deref()?;
        Some(self.matcher().compare(&object.spec, |_| source(found)))
    }

    /// The same in one line.
    pub(crate) fn explain(&self, found: &Found) -> Option<String> {
        let object = found.object.as_deref()?;
        Some(self.matcher().explain(&object.spec, |_| source(found)))
    }

    fn matcher(&self) -> &Matcher<'a> {
        self.matcher.get_or_init(|| Matcher::new(self.event))
    }
}

fn source(found: &Found) -> Option<&TargetSpec> {
    found.source.as_deref().map(|source| &source.spec)
}
