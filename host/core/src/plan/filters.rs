//! Filters of one Receiver, compiled once for each version of it.

use std::sync::Arc;

use super::check::{Reason, Unready};
use crate::ports::Filters;
use crate::reference::is_filter;
use crate::{Filter, ReceiverObject, RouteFilters};

/// What came of compiling the filters of `object`.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    object: Arc<ReceiverObject>,
    result: Result<Arc<RouteFilters>, Unready>,
}

impl Compiled {
    /// Compiles, unless `known` is of the same version.
    pub(super) fn new<F: Filters>(
        object: &Arc<ReceiverObject>,
        filters: &F,
        known: Option<&Self>,
    ) -> Self {
        match known {
            Some(known) if Arc::ptr_eq(&known.object, object) => known.clone(),
            _ => Self {
                object: Arc::clone(object),
                result: compile(object, filters).map(Arc::new),
            },
        }
    }

    /// The filters.
    pub(super) fn filters(&self) -> Result<Arc<RouteFilters>, Unready> {
        self.result.clone()
    }
}

/// In Flux's order and with its words (fluxcd/notification-controller v1.9.3,
/// `internal/controller/receiver_controller.go`).
fn compile<F: Filters>(object: &ReceiverObject, filters: &F) -> Result<RouteFilters, Unready> {
    let one = |expression: &Option<String>| -> Result<Option<Filter>, String> {
        match expression {
            Some(text) if is_filter(Some(text)) => filters.compile(text).map(Some),
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
    Ok(RouteFilters {
        every,
        own: own.collect::<Result<_, _>>()?,
    })
}

fn invalid(message: String) -> Unready {
    Unready::new(Reason::InvalidExpression, message)
}
