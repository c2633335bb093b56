//! CEL filters of Flux's Receivers: checked once, evaluated within bounds, and able to explain
//! their result.
//!
//! An expression passes these steps:
//!
//! 1. `parse` reads the text into a syntax tree, on a stack of its own.
//! 2. `check` finds the type of every part, or every problem at once.
//! 3. `rewrite` prepares the tree for evaluation: constant parts become values, patterns are
//!    compiled, and work that grows with its arguments is paid for.
//! 4. [`Expression`] evaluates the tree over `variables`.
//!
//! * The evaluator is the crate `cel`, which has no static check. The check here follows cel-go's
//!   rules. It reads the same table of functions (`library`) that the reference is printed from.
//! * The evaluator copies every element that it loops over. Documents are therefore converted once
//!   into lists and maps whose copies share their contents (`value`). The evaluator does not
//!   compare these with its own lists and maps, so `value` does.
//! * Every evaluation has an account of steps (`meter`). A loop pays for all its rounds before the
//!   first, and a function pays before it works. When the account is exhausted the whole
//!   evaluation fails, even where `||` would hide the error.
//! * `event`, `delivery` and `receiver` are objects with declared members (`declared`). A
//!   misspelt member is an error when the filter is compiled.

mod cel_filter;
mod check;
mod claim_validations;
mod compiled_expression;
mod declared;
mod environment;
mod evaluation_error;
mod explain;
mod expression;
mod filters_port;
mod functions;
mod invalid_expression;
mod library;
mod limits;
mod meter;
mod parse;
mod pool;
mod position;
mod reference;
mod rewrite;
mod scope;
mod span;
mod syntax_tree;
mod types;
mod value;
mod variables;

pub use cel_filter::CelFilter;
pub use claim_validations::ClaimValidations;
pub use evaluation_error::EvaluationError;
pub use explain::ExplainedPart;
pub use expression::Expression;
pub use filters_port::CelFilters;
pub use invalid_expression::{ExpressionProblem, InvalidExpression};
pub use limits::Limits;
pub use position::SourcePosition;
pub use reference::{FunctionReference, Reference, VariableReference, reference};
pub use scope::ExpressionScope;
pub use value::CelValue;
pub use variables::{
    Bindings, DeliveryVariable, EventFacts, ReceiverVariable, RequestBody, RequestBodyError,
    Resource,
};
