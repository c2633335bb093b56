use std::fmt;

use crate::Filters;
use bellpull_core::EventSet;

/// How much work an evaluation may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As little as holds nobody up: well under a hundredth of a second.
    Brief,
    /// As much as a filter may take at all.
    Whole,
}

/// Why a filter has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It takes more work than was allowed.
    #[error("{0}")]
    TooMuch(String),
    /// The expression itself fails.
    #[error("{0}")]
    Failed(String),
}

/// What a filter says of an object for some events of one delivery, each by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The events for which the object passes.
    pub passing: EventSet,
    /// Those for which the expression has no value.
    pub failing: EventSet,
    /// Why it has none for the first of them.
    pub error: Option<FilterError>,
}

impl Said {
    /// The same value for all the events.
    #[must_use]
    pub fn of_all(events: EventSet, value: Result<bool, FilterError>) -> Self {
        match value {
            Ok(true) => Self {
                passing: events,
                ..Self::default()
            },
            Ok(false) => Self::default(),
            Err(error) => Self {
                failing: events,
                error: Some(error),
                ..Self::default()
            },
        }
    }

    /// What of it is of some events.
    #[must_use]
    pub fn within(self, events: EventSet) -> Self {
        let failing = self.failing & events;
        Self {
            passing: self.passing & events,
            failing,
            error: self.error.filter(|_| !failing.is_empty()),
        }
    }
}

/// Why an expression was not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncompiled {
    /// Everything that is wrong with it, as it stands in conditions.
    #[error("{0}")]
    Wrong(String),
    /// It takes more memory than is left for its namespace. It may be tried again.
    #[error(
        "no room for {} KiB of compiled expressions: those of namespace {namespace:?} take {} KiB, \
         and {} KiB are free for all", bytes.div_ceil(1024), held / 1024, free / 1024
    )]
    NoRoom {
        /// The Receiver's.
        namespace: String,
        /// What it takes.
        bytes: usize,
        /// What the namespace takes already, bytes.
        held: usize,
        /// What is left for all namespaces, bytes. A namespace has never more than that.
        free: usize,
    },
}

/// The filters of one Receiver, as `F` has compiled them.
pub struct RouteFilters<F: Filters> {
    /// `spec.resourceFilter`.
    pub every: Option<F::Filter>,
    /// `filter` of each of `spec.resources`.
    pub own: Vec<Option<F::Filter>>,
    /// What must be true of the claims of each issuer's tokens.
    pub issuers: Vec<IssuerFilter<F::Validations>>,
}

/// The variables and validations of one of `spec.oidcProviders`.
pub struct IssuerFilter<V> {
    /// `issuerURL`.
    pub issuer: String,
    /// All of them, compiled.
    pub validations: V,
}

impl<F: Filters> RouteFilters<F> {
    /// Those that an object of the `index`th reference must pass, in the order of Flux
    /// (fluxcd/notification-controller v1.9.3, `internal/server/receiver_resource_filter.go`), with
    /// the field that each stands in.
    pub fn of(&self, index: usize) -> impl Iterator<Item = (FilterField, &F::Filter)> {
        let every = self.every.iter();
        let own = self.own.get(index).and_then(Option::as_ref);
        every
            .map(|filter| (FilterField::Every, filter))
            .chain(own.map(|filter| (FilterField::Own(index), filter)))
    }

    /// What they take, bytes.
    pub fn memory(&self, filters: &F) -> usize {
        let expressions = self.iter().map(|filter| filters.memory(filter));
        let validations = self.issuers.iter();
        let validations =
            validations.map(|issuer| filters.memory_of_validations(&issuer.validations));
        expressions.chain(validations).sum()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &F::Filter> {
        self.every.iter().chain(self.own.iter().flatten())
    }
}

/// An expression with the name of a variable, or with the message that is said when it is not true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedExpression<'a> {
    /// Name or message.
    pub name: &'a str,
    /// CEL.
    pub expression: &'a str,
}

/// Where a filter stands in a Receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterField {
    /// `spec.resourceFilter`.
    Every,
    /// `filter` of one of `spec.resources`.
    Own(usize),
}

impl fmt::Display for FilterField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("spec.resourceFilter"),
            Self::Own(index) => write!(f, "spec.resources[{index}].filter"),
        }
    }
}
