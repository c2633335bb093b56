//! Filters of one Receiver, compiled once for each version of it.

use std::sync::Arc;

use super::check::{Reason, Unready};
use super::oidc;
use crate::ports::Filters;
use crate::reference::is_filter;
use crate::{IssuerFilter, NamedExpression, ReceiverObject, RouteFilters};

/// What came of compiling the filters of `object`.
pub(super) struct Compiled<F: Filters> {
    object: Arc<ReceiverObject>,
    result: Result<Arc<RouteFilters<F>>, Unready>,
}

impl<F: Filters> Compiled<F> {
    /// Compiles, unless `known` is of the same version.
    pub(super) fn new(object: &Arc<ReceiverObject>, filters: &F, known: Option<&Self>) -> Self {
        match known {
            Some(known) if Arc::ptr_eq(&known.object, object) => Self {
                object: Arc::clone(object),
                result: known.result.clone(),
            },
            _ => Self {
                object: Arc::clone(object),
                result: compile(object, filters).map(Arc::new),
            },
        }
    }

    /// The filters.
    pub(super) fn filters(&self) -> Result<Arc<RouteFilters<F>>, Unready> {
        self.result.clone()
    }
}

/// In Flux's order and with its words (fluxcd/notification-controller v1.9.3,
/// `internal/controller/receiver_controller.go`).
fn compile<F: Filters>(object: &ReceiverObject, filters: &F) -> Result<RouteFilters<F>, Unready> {
    let with_claims = oidc::takes_tokens(object);
    let one = |expression: &Option<String>| -> Result<Option<F::Filter>, String> {
        match expression {
            Some(text) if is_filter(Some(text)) => filters.compile(text, with_claims).map(Some),
            _ => Ok(None),
        }
    };
    let every = one(&object.spec.resource_filter)
        .map_err(|error| invalid(format!("invalid resourceFilter expression: {error}")))?;
    let own = object.spec.resources.iter().enumerate();
    let own = own.map(|(index, reference)| {
        one(&reference.filter).map_err(|error| {
            invalid(format!(
                "invalid filter expression for resources[{index}] (kind={:?}, name={:?}): {error}",
                reference.kind, reference.name
            ))
        })
    });
    let own = own.collect::<Result<_, _>>()?;
    oidc::check(object)?;
    let issuers = object.spec.oidc_providers.iter().enumerate();
    let issuers = issuers.map(|(index, provider)| {
        let issuer = provider.issuer_url.clone();
        let variables = provider.variables.iter().map(|variable| NamedExpression {
            name: &variable.name,
            expression: &variable.expression,
        });
        let validations = provider
            .validations
            .iter()
            .map(|validation| NamedExpression {
                name: &validation.message,
                expression: &validation.expression,
            });
        let variables: Vec<_> = variables.collect();
        let validations: Vec<_> = validations.collect();
        match filters.compile_validations(&variables, &validations) {
            Ok(validations) => Ok(IssuerFilter {
                issuer,
                validations,
            }),
            Err(error) => Err(invalid(format!(
                "oidcProviders[{index}] (issuerURL={issuer:?}): {error}"
            ))),
        }
    });
    Ok(RouteFilters {
        every,
        own,
        issuers: issuers.collect::<Result<_, _>>()?,
    })
}

fn invalid(message: String) -> Unready {
    Unready::new(Reason::InvalidExpression, message)
}
