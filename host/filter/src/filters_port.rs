use std::sync::Arc;

use bellpull_core::http::header::CONTENT_TYPE;
use bellpull_core::{Acceptance, Claims, Delivery, EventSet, UnreadableBody, limits};
use bellpull_ports::{
    BoundReceiver, Effort, FilterCompileError, FilterError, FilterResult, Filters, NamedExpression,
    TargetObject,
};

use crate::claim_validations::ClaimValidations;
use crate::compiled_expression::CompiledExpression;
use crate::expression::PooledError;
use crate::pool::{Pool, PoolFull};
use crate::{
    CelFilter, DeliveryVariable, EvaluationError, EventFacts, Expression, ExpressionScope, Limits,
    ReceiverVariable, RequestBody, Resource,
};

/// The steps of a brief evaluation: a few milliseconds.
const BRIEF: u64 = 20_000;
/// The price of starting an evaluation for one more event: half a microsecond.
const STARTING: u64 = 10;

/// Compiles and evaluates the filters of all Receivers.
#[derive(Clone, Debug)]
pub struct CelFilters {
    limits: Limits,
    pool: Arc<Pool<CompiledExpression>>,
}

impl CelFilters {
    /// With `memory` bytes for all compiled expressions. Clones share them.
    #[must_use]
    pub fn new(memory: usize) -> Self {
        Self {
            limits: Limits::default(),
            pool: Arc::new(Pool::new(memory)),
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
        scope: &ExpressionScope,
    ) -> Result<Expression, FilterCompileError> {
        let compiled =
            Expression::compile_pooled(&self.pool, namespace, source, scope, &self.limits);
        compiled.map_err(|error| match error {
            PooledError::Invalid(error) => FilterCompileError::Wrong(error.to_string()),
            PooledError::Full(PoolFull { bytes, held, free }) => FilterCompileError::NoRoom {
                namespace: namespace.to_owned(),
                bytes,
                held,
                free,
            },
        })
    }
}

impl Filters for CelFilters {
    type Filter = CelFilter;
    type Validations = ClaimValidations;
    type Facts = Vec<EventFacts>;

    fn compile_validations(
        &self,
        namespace: &str,
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
    ) -> Result<ClaimValidations, FilterCompileError> {
        ClaimValidations::compile(
            variables,
            validations,
            self.limits.steps,
            |source, scope| self.compiled(namespace, source, scope),
        )
    }

    fn validate(&self, validations: &ClaimValidations, claims: &Claims) -> Result<(), String> {
        validations.validate(claims)
    }

    fn compile(
        &self,
        namespace: &str,
        expression: &str,
        with_claims: bool,
    ) -> Result<CelFilter, FilterCompileError> {
        let filter = self.compiled(namespace, expression, CelFilter::scope(with_claims));
        filter.map(CelFilter::of)
    }

    fn has_room(&self, namespace: &str, bytes: usize) -> bool {
        self.pool.has_room(namespace, bytes)
    }

    fn memory(&self, filter: &CelFilter) -> usize {
        filter.memory()
    }

    fn memory_of_validations(&self, validations: &ClaimValidations) -> usize {
        validations.memory()
    }

    fn facts(
        &self,
        receiver: &BoundReceiver,
        delivery: &Delivery,
        acceptance: &Arc<Acceptance>,
    ) -> Vec<EventFacts> {
        let content_type = delivery.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        EventFacts::of_each(
            Arc::clone(acceptance),
            RequestBody::new(content_type, delivery.body.clone()),
            DeliveryVariable::redacted(&receiver.binding, delivery),
            Arc::new(ReceiverVariable::from(receiver)),
        )
    }

    fn weight(&self, filter: &CelFilter, facts: &Vec<EventFacts>) -> usize {
        EventFacts::memory(facts, filter.reads_request())
    }

    fn readable(
        &self,
        filter: &CelFilter,
        facts: &Vec<EventFacts>,
    ) -> Result<(), (UnreadableBody, String)> {
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
        filter: &CelFilter,
        facts: &Vec<EventFacts>,
        events: EventSet,
        object: &TargetObject,
        effort: Effort,
    ) -> FilterResult {
        let Some(resource) = object.prepared(Resource::of) else {
            return FilterResult::for_all(events, Err(FilterError::Failed(FOREIGN.to_owned())));
        };
        let most = match effort {
            Effort::Brief => BRIEF.min(self.limits.steps),
            Effort::Whole => self.limits.steps,
        };
        let mut steps = most;
        let mut ask = |facts: &EventFacts| {
            let value = filter.evaluate_within(facts, resource, &mut steps);
            steps = steps.saturating_sub(STARTING);
            value.map_err(|error| match error {
                EvaluationError::Steps(_) => {
                    FilterError::TooMuch(EvaluationError::Steps(most).to_string())
                }
                _ => FilterError::Failed(error.to_string()),
            })
        };
        if !filter.reads_event() {
            return match facts.first() {
                Some(facts) => FilterResult::for_all(events, ask(facts)),
                None => FilterResult::default(),
            };
        }
        let mut said = FilterResult {
            passing: events & EventSet::UNLISTED,
            ..FilterResult::default()
        };
        let asked = facts.iter().enumerate();
        for (index, facts) in asked.filter(|(index, _)| events.contains(*index)) {
            match ask(facts) {
                Ok(true) => said.passing.insert(index),
                Ok(false) => {}
                Err(error @ FilterError::TooMuch(_)) => {
                    // No steps are left for the events that follow.
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

    fn reads_object(&self, filter: &CelFilter) -> bool {
        filter.reads_resource()
    }
}

/// Only a mistake in wiring the program leads to this.
const FOREIGN: &str = "the object was not prepared for CEL";
