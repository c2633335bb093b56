//! What a Receiver asks of the claims of a token.

use bellpull_core::{Claims, NamedExpression};

use crate::{Bindings, Expression, Limits, Scope, Value};

/// The variables of an issuer in their order, and its validations, with Flux's words for what is
/// wrong with one (fluxcd/notification-controller v1.9.3, `internal/server/receiver_claims.go`).
#[derive(Debug)]
pub struct Validations {
    variables: Vec<(String, Expression)>,
    validations: Vec<(String, Expression)>,
}

impl Validations {
    pub(crate) fn compile(
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
        limits: &Limits,
    ) -> Result<Self, String> {
        // They are evaluated where others wait.
        let limits = Limits {
            steps: limits.steps / 20,
            ..*limits
        };
        let all =
            |what: &str, scope: &Scope, named: &[NamedExpression<'_>]| {
                let compiled = named.iter().map(|NamedExpression { name, expression }| {
                    match Expression::compile(expression, scope, &limits) {
                        Ok(expression) => Ok(((*name).to_owned(), expression)),
                        Err(error) => {
                            Err(format!("invalid expression for {what} {name:?}: {error}"))
                        }
                    }
                });
                compiled.collect::<Result<Vec<_>, String>>()
            };
        Ok(Self {
            variables: all("variable", &Scope::OIDC_VARIABLE, variables)?,
            validations: all("validation", &Scope::OIDC_VALIDATION, validations)?,
        })
    }

    /// Whether all are true of the claims.
    pub(crate) fn hold(&self, claims: &Claims) -> Result<(), String> {
        let mut values: Vec<(String, Value)> = Vec::with_capacity(self.variables.len());
        let bindings = |values: &[(String, Value)]| {
            Bindings::default()
                .with("claims", claims)
                .with_values("vars", values)
        };
        for (name, expression) in &self.variables {
            let value = expression
                .evaluate(&bindings(&values))
                .map_err(|error| format!("failed to evaluate variable {name:?}: {error}"))?;
            values.push((name.clone(), value));
        }
        let bindings = bindings(&values);
        let mut failed = Vec::new();
        for (message, expression) in &self.validations {
            match expression.evaluate(&bindings) {
                Ok(Value::Bool(true)) => {}
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
