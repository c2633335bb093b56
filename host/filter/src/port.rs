use std::sync::Arc;

use bellpull_core::http::header::CONTENT_TYPE;
use bellpull_core::ports::Filters;
use bellpull_core::{Delivery, Event, Filter as Compiled, Route, TargetObject, text};

use crate::{DeliveryFacts, Facts, Filter, Limits, ReceiverFacts, Request, Resource};

/// Filters as the road of a delivery asks for them.
#[derive(Clone, Copy, Debug, Default)]
pub struct CelFilters {
    limits: Limits,
}

impl CelFilters {
    /// Filters within `limits`.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }
}

impl Filters for CelFilters {
    type Facts = Facts;

    fn compile(&self, expression: &str) -> Result<Compiled, String> {
        let filter = Filter::compile(expression, false, &self.limits);
        filter.map(Compiled::new).map_err(|error| error.to_string())
    }

    fn facts(&self, route: &Route, delivery: &Delivery, event: &Arc<Event>) -> Facts {
        let content_type = delivery.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        Facts::new(
            Arc::clone(event),
            Request::new(content_type, delivery.body.clone()),
            shown(route, delivery),
            Arc::new(ReceiverFacts {
                name: route.receiver().name.clone(),
                namespace: route.receiver().namespace.clone(),
                labels: route.object.facts.labels.clone(),
                annotations: route.object.facts.annotations.clone(),
            }),
        )
    }

    fn readable(&self, filter: &Compiled, facts: &Facts) -> Result<(), String> {
        match own(filter)? {
            filter if filter.reads_request() => {
                facts.check_request().map_err(|error| error.to_string())
            }
            _ => Ok(()),
        }
    }

    fn passes(
        &self,
        filter: &Compiled,
        facts: &Facts,
        object: &TargetObject,
    ) -> Result<bool, String> {
        let resource = object.prepared(Resource::of).ok_or(FOREIGN)?;
        let passes = own(filter)?.evaluate(facts, resource);
        passes.map_err(|error| error.to_string())
    }
}

/// What only a mistake in wiring the program can bring about.
const FOREIGN: &str = "the filter was compiled by somebody else";

fn own(filter: &Compiled) -> Result<&Filter, String> {
    filter.inside().ok_or_else(|| FOREIGN.to_owned())
}

/// A delivery without what carries credentials: the same as components see.
fn shown(route: &Route, delivery: &Delivery) -> DeliveryFacts {
    let binding = &route.binding;
    let redacted = || text::REDACTED.to_owned();
    let headers = delivery.headers.iter().map(|(name, value)| {
        let value = if binding.redacts_header(name.as_str()) {
            redacted()
        } else {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        (name.as_str().to_owned(), value)
    });
    let query = delivery.query_pairs().map(|(name, value)| {
        let value = if binding.redacts_query(&name) {
            redacted()
        } else {
            value
        };
        (name, value)
    });
    DeliveryFacts {
        method: delivery.method.as_str().to_owned(),
        query: query.collect(),
        headers: headers.collect(),
    }
}
