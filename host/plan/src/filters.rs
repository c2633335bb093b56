//! The compiled filters of one Receiver. They are compiled once for each version of its spec.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::oidc;
use crate::reason::{Reason, Unready};
use bellpull_api::OidcProvider;
use bellpull_core::{ReceiverObject, is_filter, limits};
use bellpull_ports::{FilterCompileError, Filters, IssuerFilter, NamedExpression, RouteFilters};

/// The result of compiling the filters of `object`.
pub(super) struct CompiledFilters<F: Filters> {
    object: Arc<ReceiverObject>,
    result: Result<Arc<RouteFilters<F>>, FilterFailure>,
}

/// Why they were not compiled.
#[derive(Clone)]
struct FilterFailure {
    unready: Unready,
    /// The bytes that were missing, where the namespace had no room for them.
    lacks: Option<usize>,
}

impl<F: Filters> Clone for CompiledFilters<F> {
    fn clone(&self) -> Self {
        Self {
            object: Arc::clone(&self.object),
            result: self.result.clone(),
        }
    }
}

impl<F: Filters> CompiledFilters<F> {
    /// Compiles the filters, unless `earlier` had no room and there still is none.
    pub(super) fn new(object: &Arc<ReceiverObject>, filters: &F, earlier: Option<Self>) -> Self {
        let still = earlier.filter(|earlier| {
            let lacks = earlier.lacks();
            lacks.is_some_and(|bytes| !filters.has_room(&object.id.namespace, bytes))
        });
        still.unwrap_or_else(|| Self {
            object: Arc::clone(object),
            result: compile(object, filters).map(Arc::new),
        })
    }

    /// Whether compiling the filters of `object` would have the same result.
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

    /// The bytes that were missing, where the namespace had no room for the filters.
    pub(super) fn lacks(&self) -> Option<usize> {
        self.result.as_ref().err().and_then(|failure| failure.lacks)
    }

    pub(super) fn filters(&self) -> Result<Arc<RouteFilters<F>>, Unready> {
        let result = self.result.as_ref();
        result
            .map(Arc::clone)
            .map_err(|failure| failure.unready.clone())
    }
}

/// Compiles in Flux's order and reports failures in its words (fluxcd/notification-controller v1.9.3,
/// `internal/controller/receiver_controller.go`).
fn compile<F: Filters>(
    object: &ReceiverObject,
    filters: &F,
) -> Result<RouteFilters<F>, FilterFailure> {
    check_length(object)?;
    let every = one(object, filters, &object.spec.resource_filter)
        .map_err(|error| refused(&error, "invalid resourceFilter expression"))?;
    let own = object.spec.resources.iter().enumerate();
    let own = own.map(|(index, reference)| {
        one(object, filters, &reference.filter).map_err(|error| {
            let invalid = format!(
                "invalid filter expression for resources[{index}] (kind={:?}, name={:?})",
                reference.kind, reference.name
            );
            refused(&error, &invalid)
        })
    });
    let own = own.collect::<Result<_, _>>()?;
    oidc::check(object).map_err(FilterFailure::lasting)?;
    let issuers = object.spec.oidc_providers.iter().enumerate();
    let issuers = issuers.map(|(index, provider)| {
        issuer(&object.id.namespace, provider, filters).map_err(|error| {
            let url = &provider.issuer_url;
            refused(
                &error,
                &format!("oidcProviders[{index}] (issuerURL={url:?})"),
            )
        })
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

fn one<F: Filters>(
    object: &ReceiverObject,
    filters: &F,
    expression: &Option<String>,
) -> Result<Option<F::Filter>, FilterCompileError> {
    let with_claims = oidc::takes_tokens(object);
    match expression {
        Some(text) if is_filter(Some(text)) => filters
            .compile(&object.id.namespace, text, with_claims)
            .map(Some),
        _ => Ok(None),
    }
}

fn issuer<F: Filters>(
    namespace: &str,
    provider: &OidcProvider,
    filters: &F,
) -> Result<IssuerFilter<F::Validations>, FilterCompileError> {
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
    Ok(IssuerFilter {
        issuer: provider.issuer_url.clone(),
        validations: filters.compile_validations(namespace, &variables, &validations)?,
    })
}

/// Checks the length of all expressions, since compiling takes time in proportion. An expression
/// that occurs twice is compiled once, and counts once.
fn check_length(object: &ReceiverObject) -> Result<(), FilterFailure> {
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

fn too_large(what: &str, takes: usize, allowed: usize) -> FilterFailure {
    let message = format!(
        "{what} {takes} bytes, {allowed} are allowed for one Receiver: write less, or divide it"
    );
    FilterFailure::lasting(Unready::new(Reason::InvalidExpression, message))
}

fn refused(error: &FilterCompileError, what: &str) -> FilterFailure {
    let (reason, lacks) = match error {
        FilterCompileError::Wrong(_) => (Reason::InvalidExpression, None),
        FilterCompileError::NoRoom { bytes, .. } => (Reason::NoRoomForExpressions, Some(*bytes)),
    };
    FilterFailure {
        unready: Unready::new(reason, format!("{what}: {error}")),
        lacks,
    }
}

impl FilterFailure {
    /// A failure that only a change of the Receiver can end.
    fn lasting(unready: Unready) -> Self {
        Self {
            unready,
            lacks: None,
        }
    }
}
