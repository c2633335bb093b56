//! What a Receiver asks of the claims of a token.

use bellpull_core::Claims;
use bellpull_ports::{NamedExpression, Uncompiled};

use crate::{Bindings, CelValue, Expression, ExpressionScope};

/// The variables of an issuer in their order, and its validations, with Flux's words for what is
/// wrong with one (fluxcd/notification-controller v1.9.3, `internal/server/receiver_claims.go`).
#[derive(Debug)]
pub struct ClaimValidations {
    variables: Vec<(String, Expression)>,
    validations: Vec<(String, Expression)>,
    /// Work of asking for all of them.
    steps: u64,
}

impl ClaimValidations {
    /// `compile` compiles one of them.
    pub(crate) fn compile(
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
        steps: u64,
        compile: impl Fn(&str, &ExpressionScope) -> Result<Expression, Uncompiled>,
    ) -> Result<Self, Uncompiled> {
        let all = |what: &str, scope: &ExpressionScope, named: &[NamedExpression<'_>]| {
            let compiled = named.iter().map(|NamedExpression { name, expression }| {
                match compile(expression, scope) {
                    Ok(expression) => Ok(((*name).to_owned(), expression)),
                    Err(Uncompiled::Wrong(error)) => Err(Uncompiled::Wrong(format!(
                        "invalid expression for {what} {name:?}: {error}"
                    ))),
                    Err(no_room) => Err(no_room),
                }
            });
            compiled.collect::<Result<Vec<_>, Uncompiled>>()
        };
        Ok(Self {
            variables: all("variable", &ExpressionScope::OIDC_VARIABLE, variables)?,
            validations: all("validation", &ExpressionScope::OIDC_VALIDATION, validations)?,
            // They are evaluated where others wait.
            steps: steps / 20,
        })
    }

    /// What they take, bytes: about.
    pub(crate) fn memory(&self) -> usize {
        let all = self.variables.iter().chain(&self.validations);
        all.map(|(_, expression)| expression.memory()).sum()
    }

    /// Whether all are true of the claims. One account of steps pays for all of them.
    pub(crate) fn hold(&self, claims: &Claims) -> Result<(), String> {
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
