//! The values that expressions read, and the values that they have.

mod cel_value;
mod conversion;
mod cost;
mod declared_object;
mod equality;
mod json;
mod list;
mod map;
mod shared_value;

pub use cel_value::CelValue;
pub(crate) use cost::{copy_cost, read_cost};
pub(crate) use declared_object::{DeclaredObject, OBJECT, PRESENT};
pub(crate) use equality::{equal, is_in};
pub(crate) use json::Json;
pub(crate) use list::List;
pub(crate) use map::Map;
pub(crate) use shared_value::SharedValue;
