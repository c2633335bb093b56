//! Version 0.1 of the contract.

mod bindings;
mod convert;
mod cost;
mod document;
mod guest;
mod imports;
mod reply;
mod verdict;

pub(crate) use guest::{Guest, configured};
pub(crate) use imports::link;

/// The export by which a component says that it was made for this version.
pub(crate) const GUEST: &str = "bellpull:provider/guest@0.1.0";

/// The import that has tokens verified.
pub(crate) const JWT: &str = "bellpull:provider/jwt@0.1.0";

/// The import that fetches documents.
pub(crate) const FETCH: &str = "bellpull:provider/fetch@0.1.0";
