//! Filters of one Receiver, compiled once for each version of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::oidc;
use crate::reason::{Reason, Unready};
use bellpull_core::{ReceiverObject, is_filter, limits};
use bellpull_ports::{Filters, IssuerFilter, NamedExpression, RouteFilters, Uncompiled};

/// What came of compiling the filters of `object`.
pub(super) struct Compiled<F: Filters> {
    object: Arc<ReceiverObject>,
    result: Result<Arc<RouteFilters<F>>, Refusal>,
}

/// Why they were not compiled.
#[derive(Clone)]
struct Refusal {
    unready: Unready,
    /// The bytes for which there was no room.
    lacks: Option<usize>,
}

impl<F: Filters> Clone for Compiled<F> {
    fn clone(&self) -> Self {
        Self {
            object: Arc::clone(&self.object),
            result: self.result.clone(),
        }
    }
}

impl<F: Filters> Compiled<F> {
    /// Compiles, unless there is still no room for what `known` had none for.
    pub(super) fn new(object: &Arc<ReceiverObject>, filters: &F, known: Option<Self>) -> Self {
        let still = known.filter(|known| {
            let lacks = known.lacks();
            lacks.is_some_and(|bytes| !filters.has_room(&object.id.namespace, bytes))
        });
        still.unwrap_or_else(|| Self {
            object: Arc::clone(object),
            result: compile(object, filters).map(Arc::new),
        })
    }

    /// Whether compiling the filters of `object` would come to the same.
    pub(super) fn is_of(&self, object: &Arc<ReceiverObject>) -> bool {
        let (one, other) = (&self.object.spec, &object.spec);
        Arc::ptr_eq(&self.object, object)
            || (one.provider == other.provider
                && one.resource_filter == other.resource_filter
                && one.resources == other.resources
                && one.oidc_providers == other.oidc_providers
                && one.secret_ref == other.secret_ref
                && one.config.is_some() == other.config.is_some())
    }

    /// The bytes for which there was no room.
    pub(super) fn lacks(&self) -> Option<usize> {
        self.result.as_ref().err().and_then(|refusal| refusal.lacks)
    }

    /// The filters.
    pub(super) fn filters(&self) -> Result<Arc<RouteFilters<F>>, Unready> {
        let result = self.result.as_ref();
        result
            .map(Arc::clone)
            .map_err(|refusal| refusal.unready.clone())
    }
}

/// In Flux's order and with its words (fluxcd/notification-controller v1.9.3,
/// `internal/controller/receiver_controller.go`).
fn compile<F: Filters>(object: &ReceiverObject, filters: &F) -> Result<RouteFilters<F>, Refusal> {
    bounded(object)?;
    let namespace = object.id.namespace.as_str();
    let with_claims = oidc::takes_tokens(object);
    let one = |expression: &Option<String>| -> Result<Option<F::Filter>, Uncompiled> {
        match expression {
            Some(text) if is_filter(Some(text)) => {
                filters.compile(namespace, text, with_claims).map(Some)
            }
            _ => Ok(None),
        }
    };
    let every = one(&object.spec.resource_filter)
        .map_err(|error| refused(&error, "invalid resourceFilter expression"))?;
    let own = object.spec.resources.iter().enumerate();
    let own = own.map(|(index, reference)| {
        one(&reference.filter).map_err(|error| {
            let invalid = format!(
                "invalid filter expression for resources[{index}] (kind={:?}, name={:?})",
                reference.kind, reference.name
            );
            refused(&error, &invalid)
        })
    });
    let own = own.collect::<Result<_, _>>()?;
    oidc::check(object).map_err(Refusal::lasting)?;
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
        match filters.compile_validations(namespace, &variables, &validations) {
            Ok(validations) => Ok(IssuerFilter {
                issuer,
                validations,
            }),
            Err(error) => Err(refused(
                &error,
                &format!("oidcProviders[{index}] (issuerURL={issuer:?})"),
            )),
        }
    });
    let compiled = RouteFilters {
        every,
        own,
        issuers: issuers.collect::<Result<_, _>>()?,
    };
    let (takes, allowed) = (compiled.memory(filters), limits::COMPILED_EXPRESSIONS);
    if takes > allowed {
        return Err(too_large("its compiled expressions take", takes, allowed));
    }
    Ok(compiled)
}

/// Compiling takes time with the length of the text. What is written twice is compiled once.
fn bounded(object: &ReceiverObject) -> Result<(), Refusal> {
    let spec = &object.spec;
    let filters = spec.resources.iter().flat_map(|one| &one.filter);
    let issuers = spec.oidc_providers.iter().flat_map(|issuer| {
        let variables = issuer.variables.iter().map(|one| &one.expression);
        variables.chain(issuer.validations.iter().map(|one| &one.expression))
    });
    let texts: BTreeSet<&String> = spec
        .resource_filter
        .iter()
        .chain(filters)
        .chain(issuers)
        .collect();
    let (takes, allowed) = (
        texts.iter().map(|text| text.len()).sum(),
        limits::EXPRESSIONS,
    );
    if takes > allowed {
        return Err(too_large("its expressions take", takes, allowed));
    }
    Ok(())
}

fn too_large(what: &str, takes: usize, allowed: usize) -> Refusal {
    let message = format!(
        "{what} {takes} bytes, {allowed} are allowed for one Receiver: write less, or divide it"
    );
    Refusal::lasting(Unready::new(Reason::InvalidExpression, message))
}

fn refused(error: &Uncompiled, what: &str) -> Refusal {
    let (reason, lacks) = match error {
        Uncompiled::Wrong(_) => (Reason::InvalidExpression, None),
        Uncompiled::NoRoom { bytes, .. } => (Reason::NoRoomForExpressions, Some(*bytes)),
    };
    Refusal {
        unready: Unready::new(reason, format!("{what}: {error}")),
        lacks,
    }
}

impl Refusal {
    /// One that only a change of the Receiver ends.
    fn lasting(unready: Unready) -> Self {
        Self {
            unready,
            lacks: None,
        }
    }
}
