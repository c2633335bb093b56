use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::text::scrub;
use bellpull_core::{Acceptance, Disinterest, EventSet, Target, Usage};
use bellpull_ports::{BoundReceiver, FoundTarget};

use crate::Selection;
use crate::comparison::Comparison;

/// Is told what each step of the road finds out. A method that is not implemented does nothing.
pub trait Observe: Send {
    /// The component has returned its verdict. `took` is how long the delivery waited for it and
    /// for its permit. `usage` is what the component itself used.
    fn verified(&mut self, _took: Duration, _usage: Usage) {}

    /// The delivery is authentic, and its component ignores it.
    fn ignored(&mut self, _told: &Disinterest) {}

    /// The sender of the delivery is authorized.
    fn authorized(&mut self, _acceptance: &Arc<Acceptance>) {}

    /// The reference of the Receiver at `index` names these objects, or is invalid for this reason.
    /// A decision about each object follows.
    fn reference(&mut self, _index: usize, _found: Result<&[FoundTarget], &str>) {}

    /// It is decided whether one object is notified.
    fn decided(&mut self, _decision: &Decision<'_, '_>) {}

    /// These targets are notified, each for these events.
    fn selected(&mut self, _targets: &BTreeMap<Target, EventSet>) {}
}

/// Observes nothing.
impl Observe for () {}

/// The decision about one object that a reference names.
pub struct Decision<'a, 'e> {
    pub found: &'a FoundTarget,
    /// Whether it is notified, and why.
    pub selection: &'a Selection,
    pub(crate) comparison: Option<&'a Comparison<'e>>,
    pub(crate) receiver: &'a BoundReceiver,
}

impl Decision<'_, '_> {
    /// One line that compares the nearest event with what the object follows. `None`: the reference
    /// does not set `matchEvent`.
    #[must_use]
    pub fn compared(&self) -> Option<String> {
        let comparison = self.comparison?;
        let line = comparison.explain(self.found).unwrap_or_default();
        Some(scrub(&line, self.receiver.secrets()))
    }
}
