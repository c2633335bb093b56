use bellpull_core::Claims;
use bellpull_ports::{FilterCompileError, NamedExpression};

use crate::{Bindings, CelValue, Expression, ExpressionScope};

/// What a Receiver demands of the claims of an issuer's tokens. The errors have Flux's words
/// (fluxcd/notification-controller v1.9.3, `internal/server/receiver_claims.go`).
#[derive(Debug)]
pub struct ClaimValidations {
    variables: Vec<(String, Expression)>,
    validations: Vec<(String, Expression)>,
    /// The steps that one token may take.
    steps: u64,
}

impl ClaimValidations {
    /// `compile` compiles one expression.
    pub(crate) fn compile(
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
        steps: u64,
        compile: impl Fn(&str, &ExpressionScope) -> Result<Expression, FilterCompileError>,
    ) -> Result<Self, FilterCompileError> {
        let all = |what: &str, scope: &ExpressionScope, named: &[NamedExpression<'_>]| {
            let compiled = named.iter().map(|NamedExpression { name, expression }| {
                match compile(expression, scope) {
                    Ok(expression) => Ok(((*name).to_owned(), expression)),
                    Err(FilterCompileError::Wrong(error)) => Err(FilterCompileError::Wrong(
                        format!("invalid expression for {what} {name:?}: {error}"),
                    )),
                    Err(no_room) => Err(no_room),
                }
            });
            compiled.collect::<Result<Vec<_>, FilterCompileError>>()
        };
        Ok(Self {
            variables: all("variable", &ExpressionScope::OIDC_VARIABLE, variables)?,
            validations: all("validation", &ExpressionScope::OIDC_VALIDATION, validations)?,
            // Other deliveries wait while they are evaluated.
            steps: steps / 20,
        })
    }

    /// About how much memory they take, bytes.
    pub(crate) fn memory(&self) -> usize {
        let all = self.variables.iter().chain(&self.validations);
        all.map(|(_, expression)| expression.memory()).sum()
    }

    /// Whether every validation is true of the claims. All of them share one account of steps.
    pub(crate) fn validate(&self, claims: &Claims) -> Result<(), String> {
        let mut steps = self.steps;
        let mut values: Vec<(String, CelValue)> = Vec::with_capacity(self.variables.len());
        let bindings = |values: &[(String, CelValue)]| {
            Bindings::default()
                .with("claims", claims)
                .with_values("vars", values)
        };
        for (name, expression) in &self.variables {
            let value = expression
                .evaluate_within(&bindings(&values), &mut steps)
                .map_err(|error| format!("failed to evaluate variable {name:?}: {error}"))?;
            values.push((name.clone(), value));
        }
        let bindings = bindings(&values);
        let mut failed = Vec::new();
        for (message, expression) in &self.validations {
            match expression.evaluate_within(&bindings, &mut steps) {
                Ok(CelValue::Bool(true)) => {}
                Ok(_) => failed.push(message.as_str()),
                Err(error) => return Err(format!("failed to evaluate validation: {error}")),
            }
        }
        if failed.is_empty() {
            return Ok(());
        }
        Err(format!("token validation failed: {}", failed.join("; ")))
    }
}
