use std::fmt;

use crate::Filters;

/// The filters of one Receiver, compiled by `F`.
pub struct RouteFilters<F: Filters> {
    /// `spec.resourceFilter`.
    pub every: Option<F::Filter>,
    /// The `filter` of each of `spec.resources`.
    pub own: Vec<Option<F::Filter>>,
    /// What must be true for the claims of each issuer's tokens.
    pub issuers: Vec<IssuerFilter<F::Validations>>,
}

/// The variables and validations of one of `spec.oidcProviders`.
pub struct IssuerFilter<V> {
    /// `issuerURL`.
    pub issuer: String,
    /// Its compiled variables and validations.
    pub validations: V,
}

impl<F: Filters> RouteFilters<F> {
    /// The filters that an object of the reference at `index` must pass, each with its field. The
    /// order is Flux's (fluxcd/notification-controller v1.9.3,
    /// `internal/server/receiver_resource_filter.go`).
    pub fn of(&self, index: usize) -> impl Iterator<Item = (FilterField, &F::Filter)> {
        let every = self.every.iter();
        let own = self.own.get(index).and_then(Option::as_ref);
        every
            .map(|filter| (FilterField::Every, filter))
            .chain(own.map(|filter| (FilterField::Own(index), filter)))
    }

    /// The memory that they take, in bytes.
    pub fn memory(&self, filters: &F) -> usize {
        let expressions = self.iter().map(|filter| filters.memory(filter));
        let validations = self.issuers.iter();
        let validations =
            validations.map(|issuer| filters.memory_of_validations(&issuer.validations));
        expressions.chain(validations).sum()
    }

    /// Every filter on objects.
    pub fn iter(&self) -> impl Iterator<Item = &F::Filter> {
        self.every.iter().chain(self.own.iter().flatten())
    }
}

/// The field of a Receiver that holds a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterField {
    /// `spec.resourceFilter`.
    Every,
    /// The `filter` of one of `spec.resources`.
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
