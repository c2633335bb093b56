use std::sync::{Arc, OnceLock};

use bellpull_core::text::scrub;
use bellpull_core::{Acceptance, Delivery, EventSet, UnreadableBody};
use bellpull_ports::{
    BoundReceiver, Effort, FilterError, FilterField, FilterResult, Filters, FoundTarget, Route,
    RouteFilters, TargetObject,
};

use crate::comparison::Comparison;

/// Whether an object that a reference names is notified, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// It is notified for these events.
    Selected(EventSet),
    /// `matchEvent` leaves it out: every event concerns something else.
    OtherEvent,
    /// This filter leaves it out.
    FilteredOut(FilterField),
    /// This filter fails on it, with this error.
    Failed(FilterField, String),
    /// A filter needs more effort than it was given.
    Unfinished,
}

/// Selects the targets of one delivery among the objects that the Receiver's references name.
pub struct Selector<'a, F: Filters> {
    filters: &'a F,
    route_filters: &'a RouteFilters<F>,
    receiver: &'a BoundReceiver,
    delivery: &'a Delivery,
    acceptance: &'a Arc<Acceptance>,
    facts: OnceLock<F::Facts>,
    comparison: Comparison<'a>,
    /// What each filter has said that holds for every object. The filter of all resources is first.
    settled: Vec<OnceLock<FilterResult>>,
}

impl<'a, F: Filters> Selector<'a, F> {
    /// Reads nothing of the delivery until a reference needs it.
    pub(crate) fn new<C>(
        filters: &'a F,
        route: &'a Route<C, F>,
        delivery: &'a Delivery,
        acceptance: &'a Arc<Acceptance>,
    ) -> Self {
        let receiver = &*route.bound;
        Self {
            filters,
            route_filters: &route.filters,
            receiver,
            delivery,
            acceptance,
            facts: OnceLock::new(),
            comparison: Comparison::new(acceptance),
            settled: vec![OnceLock::new(); 1 + receiver.references().len()],
        }
    }

    /// Bytes of memory that the Receiver's filters need to read the delivery.
    pub(crate) fn weight(&self) -> usize {
        let weights = self.route_filters.iter();
        let weights = weights.map(|filter| self.filters.weight(filter, self.facts()));
        weights.max().unwrap_or(0)
    }

    /// Checks that the Receiver's filters can read the delivery.
    ///
    /// # Errors
    /// When a filter cannot read the body: the kind of error, and what is wrong where.
    pub fn readable(&self) -> Result<(), (UnreadableBody, String)> {
        let mut filters = self.route_filters.iter();
        filters.try_for_each(|filter| self.filters.readable(filter, self.facts()))
    }

    /// Decides whether an object of the reference at `index` is notified.
    pub fn select(&self, index: usize, found: &FoundTarget, effort: Effort) -> Selection {
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
        for (field, filter) in self.route_filters.of(index) {
            // A filter cannot read an object that is not known. The attempt to notify it will fail,
            // or find it.
            let Some(object) = &found.object else {
                return Selection::Selected(events);
            };
            let said = self.evaluate(field, filter, object, events, effort);
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

    /// Evaluates a filter. A result that does not depend on the object is kept for the next object,
    /// and so is the failure of a filter that takes too much.
    fn evaluate(
        &self,
        field: FilterField,
        filter: &F::Filter,
        object: &TargetObject,
        events: EventSet,
        effort: Effort,
    ) -> FilterResult {
        let settled = self.settled.get(match field {
            FilterField::Every => 0,
            FilterField::Own(index) => 1 + index,
        });
        if let Some(said) = settled.and_then(OnceLock::get) {
            return said.clone().restricted_to(events);
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
                Some(FilterResult::for_all(all, Err(error.clone())))
            }
            _ => (!of_object).then(|| said.clone()),
        };
        if let Some((settled, holds)) = settled.zip(holds) {
            drop(settled.set(holds));
        }
        said.restricted_to(events)
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
