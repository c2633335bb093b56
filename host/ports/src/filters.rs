use std::sync::Arc;

use crate::{BoundReceiver, Effort, NamedExpression, Said, TargetObject, Uncompiled};
use bellpull_core::{Acceptance, Claims, Delivery, EventSet, Unreadable};

/// Compiles filters, and evaluates them.
pub trait Filters: Send + Sync + 'static {
    /// A compiled expression that says of an object whether a delivery is to reach it.
    type Filter: Send + Sync + 'static;

    /// The compiled variables and validations of an issuer.
    type Validations: Send + Sync + 'static;

    /// A delivery as filters read it, for any number of evaluations.
    type Facts: Send + Sync + 'static;

    /// Compiles an expression of a Receiver in a namespace; `claims` are those of a token, where the
    /// Receiver takes tokens.
    ///
    /// # Errors
    /// When it is wrong, or takes more memory than is left for the namespace.
    fn compile(
        &self,
        namespace: &str,
        expression: &str,
        with_claims: bool,
    ) -> Result<Self::Filter, Uncompiled>;

    /// Compiles the variables and validations of an issuer.
    ///
    /// # Errors
    /// As [`Filters::compile`]; says which of them is wrong.
    fn compile_validations(
        &self,
        namespace: &str,
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
    ) -> Result<Self::Validations, Uncompiled>;

    /// Whether so many bytes of compiled expressions are left for a namespace.
    fn has_room(&self, namespace: &str, bytes: usize) -> bool;

    /// What a compiled expression takes, bytes.
    fn memory(&self, filter: &Self::Filter) -> usize;

    /// What compiled validations take, bytes.
    fn memory_of_validations(&self, validations: &Self::Validations) -> usize;

    /// Whether every validation is true of the claims.
    ///
    /// # Errors
    /// The messages of those that are not, or why one has no value.
    fn validate(&self, validations: &Self::Validations, claims: &Claims) -> Result<(), String>;

    /// What filters of `receiver` read of a delivery that its component accepted.
    fn facts(
        &self,
        receiver: &BoundReceiver,
        delivery: &Delivery,
        acceptance: &Arc<Acceptance>,
    ) -> Self::Facts;

    /// What it takes in memory to read what the filter reads, bytes: an estimate from above, made
    /// before anything is read.
    fn weight(&self, filter: &Self::Filter, facts: &Self::Facts) -> usize;

    /// Whether the delivery has what the filter reads.
    ///
    /// # Errors
    /// When the filter reads a body that it cannot read; with what is wrong where.
    fn readable(
        &self,
        filter: &Self::Filter,
        facts: &Self::Facts,
    ) -> Result<(), (Unreadable, String)>;

    /// Whether what the filter says depends on the object.
    fn reads_object(&self, filter: &Self::Filter) -> bool;

    /// For which of the events the object passes. All of them together take no more effort than one.
    /// What an incomplete list leaves out passes unless the filter says no to every event.
    fn passes(
        &self,
        filter: &Self::Filter,
        facts: &Self::Facts,
        events: EventSet,
        object: &TargetObject,
        effort: Effort,
    ) -> Said;
}
