use std::sync::{Arc, OnceLock};

use bellpull_core::text::scrub;
use bellpull_core::{Acceptance, Delivery, EventSet, Unreadable};
use bellpull_ports::{
    BoundReceiver, Effort, FilterError, FilterField, Filters, Found, Route, RouteFilters, Said,
    TargetObject,
};

use crate::comparison::Comparison;

/// Whether an object that a reference names is notified, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// It is, for these events.
    Selected(EventSet),
    /// `matchEvent` leaves it out, since every event is of something else.
    OtherEvent,
    /// A filter leaves it out.
    FilteredOut(FilterField),
    /// A filter has no value for it.
    Failed(FilterField, String),
    /// A filter needs more effort.
    Unfinished,
}

/// Selects, among the objects that references of one Receiver name, those that one delivery is to
/// reach.
pub struct Selector<'a, F: Filters> {
    filters: &'a F,
    asked: &'a RouteFilters<F>,
    receiver: &'a BoundReceiver,
    delivery: &'a Delivery,
    acceptance: &'a Arc<Acceptance>,
    facts: OnceLock<F::Facts>,
    comparison: Comparison<'a>,
    /// What filters have said that holds for every object, the one of all resources first.
    settled: Vec<OnceLock<Said>>,
}

impl<'a, F: Filters> Selector<'a, F> {
    /// A selector for a delivery whose sender may ring. Nothing is read of it before a reference
    /// asks for that.
    pub(crate) fn new<C>(
        filters: &'a F,
        route: &'a Route<C, F>,
        delivery: &'a Delivery,
        acceptance: &'a Arc<Acceptance>,
    ) -> Self {
        let receiver = &*route.bound;
        Self {
            filters,
            asked: &route.filters,
            receiver,
            delivery,
            acceptance,
            facts: OnceLock::new(),
            comparison: Comparison::new(acceptance),
            settled: vec![OnceLock::new(); 1 + receiver.references().len()],
        }
    }

    /// What it takes in memory to read what the Receiver's filters read, bytes.
    pub(crate) fn weight(&self) -> usize {
        let weights = self.asked.iter();
        let weights = weights.map(|filter| self.filters.weight(filter, self.facts()));
        weights.max().unwrap_or(0)
    }

    /// Whether the delivery has what the Receiver's filters read.
    ///
    /// # Errors
    /// When one reads a body that it cannot read; with what is wrong where.
    pub fn readable(&self) -> Result<(), (Unreadable, String)> {
        let mut filters = self.asked.iter();
        filters.try_for_each(|filter| self.filters.readable(filter, self.facts()))
    }

    /// Whether an object of the `index`th reference is to be notified.
    pub fn select(&self, index: usize, found: &Found, effort: Effort) -> Selection {
        let matches_event = self
            .receiver
            .references()
            .get(index)
            .is_some_and(|reference| reference.match_event);
        let all = self.acceptance.all();
        let compared = matches_event.then(|| self.comparison.of(found)).flatten();
        let mut events = compared.unwrap_or(all);
        if events.is_empty() {
            return Selection::OtherEvent;
        }
        let mut failed = None;
        for (field, filter) in self.asked.of(index) {
            // What is not known to exist cannot be looked at; an attempt to notify it says so.
            let Some(object) = &found.object else {
                return Selection::Selected(events);
            };
            let said = self.ask(field, filter, object, events, effort);
            match said.error {
                Some(FilterError::TooMuch(_)) if effort == Effort::Brief => {
                    return Selection::Unfinished;
                }
                Some(error) => failed = failed.or(Some((field, error))),
                None => {}
            }
            events = said.passing;
            if events.is_empty() {
                return match failed {
                    Some((field, error)) => {
                        let error = scrub(&error.to_string(), self.receiver.secrets());
                        Selection::Failed(field, error)
                    }
                    None => Selection::FilteredOut(field),
                };
            }
        }
        Selection::Selected(events)
    }

    /// What does not depend on the object is asked once, and what is too much for one object is not
    /// tried with the next.
    fn ask(
        &self,
        field: FilterField,
        filter: &F::Filter,
        object: &TargetObject,
        events: EventSet,
        effort: Effort,
    ) -> Said {
        let settled = self.settled.get(match field {
            FilterField::Every => 0,
            FilterField::Own(index) => 1 + index,
        });
        if let Some(said) = settled.and_then(OnceLock::get) {
            return said.clone().within(events);
        }
        let of_object = self.filters.reads_object(filter);
        let all = self.acceptance.all();
        let asked = if of_object { events } else { all };
        let said = self
            .filters
            .passes(filter, self.facts(), asked, object, effort);
        let holds = match &said.error {
            Some(FilterError::TooMuch(_)) if effort == Effort::Brief => None,
            Some(error @ FilterError::TooMuch(_)) if of_object => {
                Some(Said::of_all(all, Err(error.clone())))
            }
            _ => (!of_object).then(|| said.clone()),
        };
        if let Some((settled, holds)) = settled.zip(holds) {
            drop(settled.set(holds));
        }
        said.within(events)
    }

    pub(crate) fn comparison(&self) -> &Comparison<'a> {
        &self.comparison
    }

    fn facts(&self) -> &F::Facts {
        let facts = || {
            let (receiver, delivery) = (self.receiver, self.delivery);
            self.filters.facts(receiver, delivery, self.acceptance)
        };
        self.facts.get_or_init(facts)
    }
}
