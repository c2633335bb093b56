use std::sync::Arc;

use bellpull_core::http::header::CONTENT_TYPE;
use bellpull_core::{Acceptance, Binding, Claims, Delivery, EventSet, Unreadable, limits, text};
use bellpull_ports::{
    BoundReceiver, Effort, FilterError, Filters, NamedExpression, Said, TargetObject, Uncompiled,
};

use crate::holdings::{Holdings, Unheld};
use crate::validations::Validations;
use crate::{
    DeliveryFacts, EvaluationError, Expression, Facts, Filter, Limits, ReceiverFacts, Request,
    Resource, Scope,
};

/// Steps of a brief evaluation: a few milliseconds.
const BRIEF: u64 = 20_000;
/// The price of beginning an evaluation for another event, steps: half a microsecond.
const BEGINNING: u64 = 10;

/// Filters as the road of a delivery asks for them.
#[derive(Clone, Debug)]
pub struct CelFilters {
    limits: Limits,
    holdings: Arc<Holdings>,
}

impl CelFilters {
    /// Filters that take at most so many bytes in all. Clones share that.
    #[must_use]
    pub fn new(memory: usize) -> Self {
        Self {
            limits: Limits::default(),
            holdings: Arc::new(Holdings::new(memory)),
        }
    }
}

impl Default for CelFilters {
    fn default() -> Self {
        Self::new(limits::ALL_COMPILED_EXPRESSIONS)
    }
}

impl CelFilters {
    fn compiled(
        &self,
        namespace: &str,
        source: &str,
        scope: &Scope,
    ) -> Result<Expression, Uncompiled> {
        let compiled = self
            .holdings
            .compile(namespace, source, scope, &self.limits);
        compiled.map_err(|error| match error {
            Unheld::Wrong(error) => Uncompiled::Wrong(error.to_string()),
            Unheld::NoRoom { bytes, held, free } => Uncompiled::NoRoom {
                namespace: namespace.to_owned(),
                bytes,
                held,
                free,
            },
        })
    }
}

impl Filters for CelFilters {
    type Filter = Filter;
    type Validations = Validations;
    type Facts = Vec<Facts>;

    fn compile_validations(
        &self,
        namespace: &str,
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
    ) -> Result<Validations, Uncompiled> {
        Validations::compile(
            variables,
            validations,
            self.limits.steps,
            |source, scope| self.compiled(namespace, source, scope),
        )
    }

    fn validate(&self, validations: &Validations, claims: &Claims) -> Result<(), String> {
        validations.hold(claims)
    }

    fn compile(
        &self,
        namespace: &str,
        expression: &str,
        with_claims: bool,
    ) -> Result<Filter, Uncompiled> {
        let filter = self.compiled(namespace, expression, Filter::scope(with_claims));
        filter.map(Filter::of)
    }

    fn has_room(&self, namespace: &str, bytes: usize) -> bool {
        self.holdings.has_room(namespace, bytes)
    }

    fn memory(&self, filter: &Filter) -> usize {
        filter.memory()
    }

    fn memory_of_validations(&self, validations: &Validations) -> usize {
        validations.memory()
    }

    fn facts(
        &self,
        receiver: &BoundReceiver,
        delivery: &Delivery,
        acceptance: &Arc<Acceptance>,
    ) -> Vec<Facts> {
        let content_type = delivery.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        Facts::of_each(
            Arc::clone(acceptance),
            Request::new(content_type, delivery.body.clone()),
            shown(&receiver.binding, delivery),
            Arc::new(ReceiverFacts {
                name: receiver.id().name.clone(),
                namespace: receiver.id().namespace.clone(),
                labels: receiver.object.facts.labels.clone(),
                annotations: receiver.object.facts.annotations.clone(),
            }),
        )
    }

    fn weight(&self, filter: &Filter, facts: &Vec<Facts>) -> usize {
        Facts::weight(facts, filter.reads_request())
    }

    fn readable(&self, filter: &Filter, facts: &Vec<Facts>) -> Result<(), (Unreadable, String)> {
        if !filter.reads_request() {
            return Ok(());
        }
        facts.iter().try_for_each(|event| {
            event
                .check_request()
                .map_err(|error| (error.kind, error.to_string()))
        })
    }

    fn passes(
        &self,
        filter: &Filter,
        facts: &Vec<Facts>,
        events: EventSet,
        object: &TargetObject,
        effort: Effort,
    ) -> Said {
        let Some(resource) = object.prepared(Resource::of) else {
            return Said::of_all(events, Err(FilterError::Failed(FOREIGN.to_owned())));
        };
        let most = match effort {
            Effort::Brief => BRIEF.min(self.limits.steps),
            Effort::Whole => self.limits.steps,
        };
        let mut steps = most;
        let mut ask = |facts: &Facts| {
            let value = filter.evaluate_within(facts, resource, &mut steps);
            steps = steps.saturating_sub(BEGINNING);
            value.map_err(|error| match error {
                EvaluationError::Steps(_) => {
                    FilterError::TooMuch(EvaluationError::Steps(most).to_string())
                }
                _ => FilterError::Failed(error.to_string()),
            })
        };
        if !filter.reads_event() {
            return match facts.first() {
                Some(facts) => Said::of_all(events, ask(facts)),
                None => Said::default(),
            };
        }
        let mut said = Said {
            passing: events & EventSet::UNLISTED,
            ..Said::default()
        };
        let asked = facts.iter().enumerate();
        for (index, facts) in asked.filter(|(index, _)| events.contains(*index)) {
            match ask(facts) {
                Ok(true) => said.passing.insert(index),
                Ok(false) => {}
                Err(error @ FilterError::TooMuch(_)) => {
                    // Nothing is left for those that follow.
                    let undecided = (index..limits::EVENTS).collect();
                    said.failing = said.failing | (events & undecided);
                    said.error = Some(error);
                    break;
                }
                Err(error) => {
                    said.failing.insert(index);
                    said.error.get_or_insert(error);
                }
            }
        }
        said
    }

    fn reads_object(&self, filter: &Filter) -> bool {
        filter.reads_resource()
    }
}

/// What only a mistake in wiring the program can bring about.
const FOREIGN: &str = "the object was prepared by somebody else";

/// A delivery without what carries credentials: the same as components see.
fn shown(binding: &Binding, delivery: &Delivery) -> DeliveryFacts {
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

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "in tests a panic is how a failure is told"
    )]

    use bellpull_core::http::{HeaderMap, Method};
    use bellpull_core::{
        Authentication, Bytes, CredentialUse, DeliveryId, Encoding, Methods, Source, Timestamp,
    };

    use super::*;

    #[test]
    fn what_carries_a_credential_is_not_shown() {
        let presented = |key: &str, place| CredentialUse {
            key: key.into(),
            encoding: Encoding::Text,
            proves: true,
            presented: vec![place],
        };
        let binding = Binding {
            authentication: Authentication::Secret,
            credentials: vec![
                presented("a", Source::Query("key".into())),
                presented("b", Source::Header("X-Token".into())),
            ],
            methods: Methods::Any,
            tokens: Vec::new(),
            issuers: Vec::new(),
            parses_before_verify: false,
            answers_handshakes: false,
            reply_macs: false,
            warnings: Vec::new(),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-event", "push"),
            ("x-token", "secret"),
            ("authorization", "secret"),
            ("cookie", "secret"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        let delivery = Delivery {
            id: DeliveryId::generate(),
            received: Timestamp::UNIX_EPOCH,
            method: Method::POST,
            target: "/hook/secret?key=secret&ref=main&key=secret".into(),
            headers,
            body: Bytes::new(),
        };
        let facts = shown(&binding, &delivery);
        let said = format!("{facts:?}");
        assert!(!said.contains("secret"), "{said}");
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect()
        };
        let hidden = text::REDACTED;
        assert_eq!(
            facts.query,
            owned(&[("key", hidden), ("ref", "main"), ("key", hidden)])
        );
        assert!(facts.headers.contains(&("x-event".into(), "push".into())));
    }
}
