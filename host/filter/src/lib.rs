//! CEL filters of Flux's Receivers: checked once, evaluated fast and within bounds, and able to
//! say why they decided as they did.
//!
//! The way of an expression: text → tree, on a stack of its own (`source`) → types of every
//! part, or every problem at once (`check`) → the tree that is evaluated (`rewrite`), where
//! constants are values, patterns are compiled, and work is paid for → [`Expression`].
//!
//! * The evaluator is the crate `cel`. It has no static check, so that is ours: cel-go's rules
//!   over its tree, by one table of functions (`library`) that the reference is printed from.
//! * Documents are converted once into lists and maps whose copies share what they hold
//!   (`value`), since the evaluator copies every element that it loops over. It knows only its
//!   own lists as equal, so equality of what may be a document is ours.
//! * Every evaluation has an account of steps (`meter`). A loop pays for all its rounds before
//!   the first, and functions whose work grows with their arguments pay before they work. Without
//!   means the evaluation as a whole fails, whatever `||` makes of the error.
//! * `event`, `delivery` and `receiver` are declared objects: a misspelt member is an error when
//!   the filter is compiled.

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
