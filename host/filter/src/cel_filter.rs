use cel::common::value::Val;

use crate::Limits;
use crate::evaluation_error::EvaluationError;
use crate::explain::{self, ExplainedPart};
use crate::expression::Expression;
use crate::invalid_expression::InvalidExpression;
use crate::scope::ExpressionScope;
use crate::variables::{EventFacts, Resource, VariableLookup};

/// A filter of a Receiver. It decides whether an event concerns a resource.
#[derive(Clone, Debug)]
pub struct CelFilter(Expression);

impl CelFilter {
    /// Compiles a filter, which may read `claims` where the Receiver authenticates by a token.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn compile(
        source: &str,
        with_claims: bool,
        limits: &Limits,
    ) -> Result<Self, InvalidExpression> {
        Expression::compile(source, Self::scope(with_claims), limits).map(Self)
    }

    pub(crate) fn scope(with_claims: bool) -> &'static ExpressionScope {
        match with_claims {
            true => &ExpressionScope::FILTER_WITH_CLAIMS,
            false => &ExpressionScope::FILTER,
        }
    }

    pub(crate) fn of(expression: Expression) -> Self {
        Self(expression)
    }

    /// About how much memory it takes, bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.0.memory()
    }

    /// The text that was compiled.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.source()
    }

    /// Whether it reads `req`.
    #[must_use]
    pub fn reads_request(&self) -> bool {
        self.0.reads("req")
    }

    /// Whether it reads `res`. If not, it has the same value for every resource.
    #[must_use]
    pub fn reads_resource(&self) -> bool {
        self.0.reads("res")
    }

    /// Whether it may have different values for two events of one delivery.
    pub(crate) fn reads_event(&self) -> bool {
        self.0.reads("event") || self.reads_request()
    }

    /// Whether the event concerns the resource.
    ///
    /// # Errors
    /// When the filter fails on this resource, or takes more than its steps.
    pub fn evaluate(
        &self,
        facts: &EventFacts,
        resource: &Resource,
    ) -> Result<bool, EvaluationError> {
        self.evaluate_within(facts, resource, &mut self.0.steps())
    }

    /// As [`CelFilter::evaluate`], within steps that the evaluations for several events share.
    ///
    /// # Errors
    /// As [`CelFilter::evaluate`].
    pub(crate) fn evaluate_within(
        &self,
        facts: &EventFacts,
        resource: &Resource,
        steps: &mut u64,
    ) -> Result<bool, EvaluationError> {
        if self.reads_request() {
            facts.check_request()?;
        }
        self.0
            .evaluate_bool_within(&FilterVariables { facts, resource }, steps)
    }

    /// The value of each part, in the order of the source.
    #[must_use]
    pub fn explain(&self, facts: &EventFacts, resource: &Resource) -> Vec<ExplainedPart> {
        explain::explain(&self.0, &FilterVariables { facts, resource })
    }
}

struct FilterVariables<'a> {
    facts: &'a EventFacts,
    resource: &'a Resource,
}

impl VariableLookup for FilterVariables<'_> {
    fn variable(&self, name: &str) -> Option<&dyn Val> {
        match name {
            "res" => Some(self.resource.value()),
            _ => self.facts.variable(name),
        }
    }
}
