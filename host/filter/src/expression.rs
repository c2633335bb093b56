use std::sync::Arc;

use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, IdedExpr};

use crate::compiled_expression::CompiledExpression;
use crate::evaluation_error::EvaluationError;
use crate::functions::{EXPORT, ExportedValue};
use crate::invalid_expression::InvalidExpression;
use crate::pool::{Pool, PoolFull, PoolKey};
use crate::rewrite::{Rewritten, constant_index};
use crate::scope::ExpressionScope;
use crate::syntax_tree::global_call;
use crate::value::CelValue;
use crate::variables::{Bindings, VariableLookup};
use crate::{Limits, environment, meter};

/// A compiled expression: checked once, evaluated any number of times, by any thread.
#[derive(Clone, Debug)]
pub struct Expression(Arc<CompiledExpression>);

/// Why a namespace does not get a compiled expression.
pub(crate) enum PooledError {
    Invalid(InvalidExpression),
    Full(PoolFull),
}

impl Expression {
    /// Parses and checks an expression.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn compile(
        source: &str,
        scope: &ExpressionScope,
        limits: &Limits,
    ) -> Result<Self, InvalidExpression> {
        let compiled = CompiledExpression::new(source, scope, limits)?;
        Ok(Self(Arc::new(compiled)))
    }

    /// Compiles an expression for a namespace, unless the namespace holds it already.
    ///
    /// # Errors
    /// When it is invalid, or the namespace may not take the memory for it.
    pub(crate) fn compile_pooled(
        pool: &Arc<Pool<CompiledExpression>>,
        namespace: &str,
        source: &str,
        scope: &ExpressionScope,
        limits: &Limits,
    ) -> Result<Self, PooledError> {
        let key = PoolKey {
            source: source.to_owned(),
            scope: scope.name,
            steps: limits.steps,
        };
        if let Some(held) = pool.find(namespace, &key) {
            return Ok(Self(held));
        }
        let compiled =
            CompiledExpression::new(source, scope, limits).map_err(PooledError::Invalid)?;
        let bytes = compiled.memory();
        let held = pool.insert(namespace, key, bytes, |reservation| {
            compiled.with_reservation(reservation)
        });
        held.map(Self).map_err(PooledError::Full)
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

    /// Whether it reads the variable.
    #[must_use]
    pub fn reads(&self, variable: &str) -> bool {
        self.0.reads(variable)
    }

    /// Evaluates over variables that hold JSON objects.
    ///
    /// # Errors
    /// When the expression fails or takes more than its steps.
    pub fn evaluate(&self, variables: &Bindings) -> Result<CelValue, EvaluationError> {
        self.value_of(&self.rewritten().tree, variables)
    }

    /// As [`Expression::evaluate`], within steps that several evaluations share.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub(crate) fn evaluate_within(
        &self,
        variables: &Bindings,
        steps: &mut u64,
    ) -> Result<CelValue, EvaluationError> {
        let value = self.value_within(&self.rewritten().tree, variables, *steps);
        *steps = meter::left();
        value
    }

    pub(crate) fn rewritten(&self) -> &Rewritten {
        self.0.rewritten()
    }

    /// The steps that one evaluation may take.
    pub(crate) fn steps(&self) -> u64 {
        self.0.steps()
    }

    /// Evaluates an expression whose result is a boolean, within steps that several evaluations
    /// share.
    pub(crate) fn evaluate_bool_within(
        &self,
        variables: &dyn VariableLookup,
        steps: &mut u64,
    ) -> Result<bool, EvaluationError> {
        let value = self.resolve(&self.rewritten().tree, variables, *steps);
        *steps = meter::left();
        match value? {
            cel::Value::Bool(truth) => Ok(truth),
            other => Err(EvaluationError::NotBoolean(other.type_of().to_string())),
        }
    }

    /// Evaluates a part of the tree.
    pub(crate) fn value_of(
        &self,
        part: &IdedExpr,
        variables: &dyn VariableLookup,
    ) -> Result<CelValue, EvaluationError> {
        self.value_within(part, variables, self.steps())
    }

    fn value_within(
        &self,
        part: &IdedExpr,
        variables: &dyn VariableLookup,
        steps: u64,
    ) -> Result<CelValue, EvaluationError> {
        let exported = global_call(EXPORT, vec![part.clone()]);
        match self.resolve(&exported, variables, steps)? {
            cel::Value::Opaque(exported) => {
                let exported = exported.downcast_ref::<ExportedValue>();
                Ok(exported.map_or(CelValue::Null, |exported| exported.0.clone()))
            }
            _ => Ok(CelValue::Null),
        }
    }

    /// Through the evaluator's own entry, so that its recursion is compiled with the settings of
    /// its crate. With those of a debug build here, it would take twenty times the stack.
    fn resolve(
        &self,
        part: &IdedExpr,
        variables: &dyn VariableLookup,
        steps: u64,
    ) -> Result<cel::Value, EvaluationError> {
        let resolver = EvaluationResolver {
            constants: &self.rewritten().constants,
            variables,
        };
        let mut context = Context::with_env(Arc::clone(environment::shared()));
        context.set_variable_resolver(&resolver);
        match meter::with_steps(steps, || context.resolve(part)) {
            Some(result) => result.map_err(|error| EvaluationError::of(&error)),
            None => Err(EvaluationError::Steps(steps)),
        }
    }
}

struct EvaluationResolver<'a> {
    constants: &'a [Box<dyn Val>],
    variables: &'a dyn VariableLookup,
}

impl VariableResolver for EvaluationResolver<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let value = match constant_index(name) {
            Some(index) => self.constants.get(index)?.as_ref(),
            None => self
                .variables
                .variable(name.strip_prefix('.').unwrap_or(name))?,
        };
        Some(CowVal::Borrowed(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_compiled_once_for_a_namespace() {
        let pool = Arc::new(Pool::new(1 << 20));
        let compile = |namespace, scope| {
            let limits = Limits::default();
            let compiled = Expression::compile_pooled(&pool, namespace, "true", scope, &limits);
            compiled.ok().expect("there is room")
        };
        let first = compile("a", &ExpressionScope::FILTER);
        let is_first = |other: Expression| Arc::ptr_eq(&first.0, &other.0);
        assert_eq!(
            [
                is_first(compile("a", &ExpressionScope::FILTER)),
                is_first(compile("b", &ExpressionScope::FILTER)),
                is_first(compile("a", &ExpressionScope::CONSTANT)),
            ],
            [true, false, false]
        );
    }
}
