use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::text::scrub;
use bellpull_core::{Acceptance, Disinterest, EventSet, Target, Usage};
use bellpull_ports::{BoundReceiver, Found};

use crate::Selection;
use crate::comparison::Comparison;

/// Told of what the road finds out, as it does. What an observer does not ask for is not made.
pub trait Observe: Send {
    /// The component has spoken. `took` is what the delivery waited for that, its permit included;
    /// `usage` is what the component itself took.
    fn verified(&mut self, _took: Duration, _usage: Usage) {}

    /// The delivery is authentic and of no interest to its component.
    fn ignored(&mut self, _told: &Disinterest) {}

    /// Whoever has sent the delivery may ring.
    fn authorized(&mut self, _acceptance: &Arc<Acceptance>) {}

    /// A reference of the Receiver, by its index, and the objects that it names or why it can lead
    /// to none as it stands. Decisions about each of them follow.
    fn reference(&mut self, _index: usize, _found: Result<&[Found], &str>) {}

    /// Whether one object is notified.
    fn decided(&mut self, _decision: &Decision<'_, '_>) {}

    /// All who are to be notified, and which of the events have selected each.
    fn selected(&mut self, _targets: &BTreeMap<Target, EventSet>) {}
}

/// Whoever asks for nothing.
impl Observe for () {}

/// What was decided of an object that a reference names.
pub struct Decision<'a, 'e> {
    /// The object.
    pub found: &'a Found,
    /// Whether it is notified, and why.
    pub selection: &'a Selection,
    pub(crate) comparison: Option<&'a Comparison<'e>>,
    pub(crate) receiver: &'a BoundReceiver,
}

impl Decision<'_, '_> {
    /// How the nearest of the events compares with what the object follows, in one line; `None` where
    /// the reference does not ask for that.
    #[must_use]
    pub fn compared(&self) -> Option<String> {
        let comparison = self.comparison?;
        let line = comparison.explain(self.found).unwrap_or_default();
        Some(scrub(&line, self.receiver.secrets()))
    }
}
