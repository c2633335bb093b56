use std::sync::Arc;

use crate::{
    BoundReceiver, Effort, FilterCompileError, FilterResult, NamedExpression, TargetObject,
};
use bellpull_core::{Acceptance, Claims, Delivery, EventSet, UnreadableBody};

/// Compiles and evaluates filters.
pub trait Filters: Send + Sync + 'static {
    /// A compiled expression that decides whether an object is notified of a delivery.
    type Filter: Send + Sync + 'static;

    /// The compiled variables and validations of an issuer.
    type Validations: Send + Sync + 'static;

    /// A delivery in the form that filters read, for any number of evaluations.
    type Facts: Send + Sync + 'static;

    /// Compiles an expression of a Receiver in a namespace. `with_claims`: it may read the claims
    /// of a token.
    ///
    /// # Errors
    /// If the expression is invalid, or needs more memory than the namespace may still take.
    fn compile(
        &self,
        namespace: &str,
        expression: &str,
        with_claims: bool,
    ) -> Result<Self::Filter, FilterCompileError>;

    /// Compiles the variables and validations of an issuer.
    ///
    /// # Errors
    /// As [`Filters::compile`], with the name of the wrong expression.
    fn compile_validations(
        &self,
        namespace: &str,
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
    ) -> Result<Self::Validations, FilterCompileError>;

    /// Whether a namespace may take this many more bytes of compiled expressions.
    fn has_room(&self, namespace: &str, bytes: usize) -> bool;

    /// The memory of a compiled expression, in bytes.
    fn memory(&self, filter: &Self::Filter) -> usize;

    /// The memory of compiled validations, in bytes.
    fn memory_of_validations(&self, validations: &Self::Validations) -> usize;

    /// Checks that every validation is true for the claims.
    ///
    /// # Errors
    /// The messages of those that are false, or why one cannot be evaluated.
    fn validate(&self, validations: &Self::Validations, claims: &Claims) -> Result<(), String>;

    /// Prepares an accepted delivery for the filters of `receiver`.
    fn facts(
        &self,
        receiver: &BoundReceiver,
        delivery: &Delivery,
        acceptance: &Arc<Acceptance>,
    ) -> Self::Facts;

    /// An upper estimate of the memory, in bytes, for reading what the filter needs. Nothing is
    /// read for it.
    fn weight(&self, filter: &Self::Filter, facts: &Self::Facts) -> usize;

    /// Checks that the filter can read the delivery.
    ///
    /// # Errors
    /// If the filter needs the body and cannot read it. The text says what is wrong and where.
    fn readable(
        &self,
        filter: &Self::Filter,
        facts: &Self::Facts,
    ) -> Result<(), (UnreadableBody, String)>;

    /// Whether the result of the filter depends on the object.
    fn reads_object(&self, filter: &Self::Filter) -> bool;

    /// The events for which the object passes. All events together get the effort of one
    /// evaluation. [`EventSet::UNLISTED`] passes unless the filter is false for every event.
    fn passes(
        &self,
        filter: &Self::Filter,
        facts: &Self::Facts,
        events: EventSet,
        object: &TargetObject,
        effort: Effort,
    ) -> FilterResult;
}
