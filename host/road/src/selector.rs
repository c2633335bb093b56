use std::sync::{Arc, OnceLock};

use bellpull_core::ports::Filters;
use bellpull_core::text::scrub;
use bellpull_core::{
    BoundReceiver, Delivery, Effort, Event, FilterError, FilterField, Found, Route, RouteFilters,
    TargetObject, Unreadable,
};

use crate::comparison::Comparison;

/// Whether an object that a reference names is notified, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// It is.
    Selected,
    /// `matchEvent` leaves it out, since the event is of something else.
    OtherEvent,
    /// A filter leaves it out.
    FilteredOut(FilterField),
    /// A filter has no value for it.
    Failed(FilterField, String),
    /// A filter needs more effort.
    Unfinished,
}

/// What a filter says.
type Said = Result<bool, FilterError>;

/// Selects, among the objects that references of one Receiver name, those that one delivery is to
/// reach.
pub struct Selector<'a, F: Filters> {
    filters: &'a F,
    asked: &'a RouteFilters<F>,
    receiver: &'a BoundReceiver,
    delivery: &'a Delivery,
    event: &'a Arc<Event>,
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
        event: &'a Arc<Event>,
    ) -> Self {
        let receiver = &*route.bound;
        Self {
            filters,
            asked: &route.filters,
            receiver,
            delivery,
            event,
            facts: OnceLock::new(),
            comparison: Comparison::new(event),
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
        let compared = matches_event.then(|| self.comparison.of(found)).flatten();
        if compared.is_some_and(|compared| !compared.selects()) {
            return Selection::OtherEvent;
        }
        for (field, filter) in self.asked.of(index) {
            // What is not known to exist cannot be looked at; an attempt to notify it says so.
            let Some(object) = &found.object else {
                return Selection::Selected;
            };
            match self.ask(field, filter, object, effort) {
                Ok(true) => {}
                Ok(false) => return Selection::FilteredOut(field),
                Err(FilterError::TooMuch(_)) if effort == Effort::Brief => {
                    return Selection::Unfinished;
                }
                Err(error) => {
                    let error = scrub(&error.to_string(), self.receiver.secrets());
                    return Selection::Failed(field, error);
                }
            }
        }
        Selection::Selected
    }

    /// What does not depend on the object is asked once, and what is too much for one object is not
    /// tried with the next.
    fn ask(
        &self,
        field: FilterField,
        filter: &F::Filter,
        object: &TargetObject,
        effort: Effort,
    ) -> Said {
        let settled = self.settled.get(match field {
            FilterField::Every => 0,
            FilterField::Own(index) => 1 + index,
        });
        if let Some(said) = settled.and_then(OnceLock::get) {
            return said.clone();
        }
        let said = self.filters.passes(filter, self.facts(), object, effort);
        let holds = match &said {
            Err(FilterError::TooMuch(_)) => effort == Effort::Whole,
            _ => !self.filters.reads_object(filter),
        };
        if let Some(settled) = settled.filter(|_| holds) {
            drop(settled.set(said.clone()));
        }
        said
    }

    pub(crate) fn comparison(&self) -> &Comparison<'a> {
        &self.comparison
    }

    fn facts(&self) -> &F::Facts {
        let facts = || self.filters.facts(self.receiver, self.delivery, self.event);
        self.facts.get_or_init(facts)
    }
}
