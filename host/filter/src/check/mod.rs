//! The static check finds the type of every part, and every problem at once. The rules and the
//! messages are those of cel-go (v0.27, `checker/`), with suggestions added.

mod aggregates;
mod calls;
mod checker;
mod format_calls;
mod literals;
mod names;

pub(crate) use checker::{Types, check};
