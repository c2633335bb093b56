//! The functions that cel lacks, and those whose work depends on their arguments and so must be
//! paid for.

mod arguments;
mod automaton;
mod automaton_budget;
mod collections;
mod compiled_value;
mod conversions;
mod event;
mod event_changes;
mod event_requests;
mod export;
mod glob_automaton;
mod matches;
pub(crate) mod metered;
mod path_rules;
mod re2_syntax;
mod ref_globs;
mod strings;

use cel::{DeclarationError, Env};

pub(crate) use automaton_budget::AutomatonBudget;
pub(crate) use conversions::{CONVERTED, HAS};
pub(crate) use event_changes::{ON_REF, TOUCHES};
pub(crate) use event_requests::INTO_REF;
pub(crate) use export::{EXPORT, ExportedValue};
pub(crate) use matches::{MATCHES, Re2Pattern};
pub(crate) use path_rules::PathRules;
pub(crate) use ref_globs::RefGlobs;
pub(crate) use strings::REPLACED;

/// Declares all of them.
///
/// # Errors
/// When a name is declared already.
pub(crate) fn extension(env: &mut Env) -> Result<(), DeclarationError> {
    export::declare(env)?;
    metered::declare(env)?;
    strings::declare(env)?;
    collections::declare(env)?;
    conversions::declare(env)?;
    matches::declare(env)?;
    event_changes::declare(env)?;
    event_requests::declare(env)
}
