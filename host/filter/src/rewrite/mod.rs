//! From a checked tree to the one that is evaluated. Constant parts are evaluated, patterns are
//! compiled, and work that grows with its arguments is paid for.

mod constant_name;
mod constants;
mod metering;
mod optional_or;
mod presence;
mod rewriter;

pub(crate) use constant_name::constant_index;
pub(crate) use rewriter::{Rewritten, rewrite};
