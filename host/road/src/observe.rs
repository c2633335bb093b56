use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::text::scrub;
use bellpull_core::{Acceptance, Disinterest, EventSet, Target, TraceContext, Usage};
use bellpull_ports::{BoundReceiver, FoundTarget};

use crate::comparison::Comparison;
use crate::{Selection, Step};

/// Is told what each step of the road finds out. A method that is not implemented does nothing.
pub trait Observe: Send {
    /// The step begins, and the one before it is done.
    fn begins(&mut self, _step: Step) {}

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

    /// The span that notifications of the delivery belong to. `None`: it is not traced.
    fn trace(&self) -> Option<TraceContext> {
        None
    }
}

/// Observes nothing.
impl Observe for () {}

/// Observes nothing if it is `None`.
impl<O: Observe> Observe for Option<O> {
    fn begins(&mut self, step: Step) {
        self.iter_mut().for_each(|one| one.begins(step));
    }

    fn verified(&mut self, took: Duration, usage: Usage) {
        self.iter_mut().for_each(|one| one.verified(took, usage));
    }

    fn ignored(&mut self, told: &Disinterest) {
        self.iter_mut().for_each(|one| one.ignored(told));
    }

    fn authorized(&mut self, acceptance: &Arc<Acceptance>) {
        self.iter_mut().for_each(|one| one.authorized(acceptance));
    }

    fn reference(&mut self, index: usize, found: Result<&[FoundTarget], &str>) {
        self.iter_mut().for_each(|one| one.reference(index, found));
    }

    fn decided(&mut self, decision: &Decision<'_, '_>) {
        self.iter_mut().for_each(|one| one.decided(decision));
    }

    fn selected(&mut self, targets: &BTreeMap<Target, EventSet>) {
        self.iter_mut().for_each(|one| one.selected(targets));
    }

    fn trace(&self) -> Option<TraceContext> {
        self.as_ref().and_then(Observe::trace)
    }
}

/// Both observe.
impl<A: Observe, B: Observe> Observe for (A, &mut B) {
    fn begins(&mut self, step: Step) {
        self.0.begins(step);
        self.1.begins(step);
    }

    fn verified(&mut self, took: Duration, usage: Usage) {
        self.0.verified(took, usage);
        self.1.verified(took, usage);
    }

    fn ignored(&mut self, told: &Disinterest) {
        self.0.ignored(told);
        self.1.ignored(told);
    }

    fn authorized(&mut self, acceptance: &Arc<Acceptance>) {
        self.0.authorized(acceptance);
        self.1.authorized(acceptance);
    }

    fn reference(&mut self, index: usize, found: Result<&[FoundTarget], &str>) {
        self.0.reference(index, found);
        self.1.reference(index, found);
    }

    fn decided(&mut self, decision: &Decision<'_, '_>) {
        self.0.decided(decision);
        self.1.decided(decision);
    }

    fn selected(&mut self, targets: &BTreeMap<Target, EventSet>) {
        self.0.selected(targets);
        self.1.selected(targets);
    }

    fn trace(&self) -> Option<TraceContext> {
        self.0.trace().or_else(|| self.1.trace())
    }
}

/// The decision about one object that a reference names.
pub struct Decision<'a, 'e> {
    pub found: &'a FoundTarget,
    /// Whether it is notified, and why.
    pub selection: &'a Selection,
    pub(crate) comparison: Option<&'a Comparison<'e>>,
    pub(crate) receiver: &'a BoundReceiver,
}

impl Decision<'_, '_> {
    /// Whether the object is notified, and why, as a person reads it. `several`: events are named by
    /// their numbers.
    #[must_use]
    pub fn sentence(&self, several: bool) -> String {
        let compared = self.compared();
        let by = |events: &EventSet| match several {
            true => selected_by(*events),
            false => String::new(),
        };
        match (self.selection, compared) {
            (Selection::Selected(events), _) if self.found.has_no_manifest => {
                format!("notified{}, though it has no manifest", by(events))
            }
            (Selection::Selected(events), Some(compared)) => {
                format!("notified{}: {compared}", by(events))
            }
            (Selection::Selected(events), None) => format!("notified{}", by(events)),
            (Selection::OtherEvent, compared) => {
                format!("left out by matchEvent: {}", compared.unwrap_or_default())
            }
            (Selection::FilteredOut(field), _) => format!("left out by {field}"),
            (Selection::Failed(field, error), _) => {
                format!("cannot be notified: {field}: {error}")
            }
            (Selection::Unfinished, _) => "not decided".to_owned(),
        }
    }

    /// One line that compares the nearest event with what the object follows. `None`: the reference
    /// does not set `matchEvent`.
    #[must_use]
    pub fn compared(&self) -> Option<String> {
        let comparison = self.comparison?;
        let line = comparison.explain(self.found).unwrap_or_default();
        Some(scrub(&line, self.receiver.secrets()))
    }
}

/// The numbers of the events that have selected a target.
fn selected_by(events: EventSet) -> String {
    let mut numbers: Vec<String> = events
        .places()
        .map(|place| (place + 1).to_string())
        .collect();
    if !(events & EventSet::UNLISTED).is_empty() {
        numbers.push("an event that is left out".to_owned());
    }
    format!(" by {}", numbers.join(", "))
}
