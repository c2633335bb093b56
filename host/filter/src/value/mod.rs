//! Values that expressions see, and those that they come to.

mod equality;
mod list;
mod map;
mod node;
mod object;
mod result;
mod weight;

pub(crate) use equality::{equal, within};
pub(crate) use list::List;
pub(crate) use map::Map;
pub(crate) use node::{Json, Node};
pub(crate) use object::{OBJECT, Object, PRESENT};
pub use result::Value;
pub(crate) use weight::{deep_weight, weight};
