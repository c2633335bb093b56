//! The functions that cel lacks, and those of it whose work depends on what they are given and so
//! must be paid for.

mod automaton;
mod collections;
mod conversions;
mod event;
mod handed;
pub(crate) mod metered;
mod pattern;
mod re2;
mod request;
mod text;

use cel::common::types::{CelBool, CelString};
use cel::common::value::{CowVal, FromVal, Val};
use cel::{DeclarationError, Env, ExecutionError};

pub(crate) use automaton::Budget;
pub(crate) use conversions::{CONVERTED, HAS};
pub(crate) use event::{Globs, ON_REF, PathRules, TOUCHES};
pub(crate) use handed::{HAND_OUT, Handed};
pub(crate) use pattern::{MATCHES, Pattern};
pub(crate) use request::INTO_REF;
pub(crate) use text::REPLACED;

/// What a function gets and gives.
type Args<'b, 'v> = Vec<CowVal<'b, 'v>>;
type Outcome<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// Declares all of them.
///
/// # Errors
/// When a name is taken.
pub(crate) fn extension(env: &mut Env) -> Result<(), DeclarationError> {
    handed::declare(env)?;
    metered::declare(env)?;
    text::declare(env)?;
    collections::declare(env)?;
    conversions::declare(env)?;
    pattern::declare(env)?;
    event::declare(env)?;
    request::declare(env)
}

fn truth<'b, 'v>(truth: bool) -> CowVal<'b, 'v> {
    CowVal::owned(CelBool::from(truth))
}

/// The arguments, of which there are as many as the function was declared with.
fn take<'b, 'v, const N: usize>(args: Args<'b, 'v>) -> Result<[CowVal<'b, 'v>; N], ExecutionError> {
    args.try_into()
        .map_err(|args: Vec<_>| ExecutionError::invalid_argument_count(N, args.len()))
}

/// An argument as what it was declared to be.
fn as_a<'b, 'v, T: FromVal<'b, 'v>>(value: &'b (dyn Val + 'v)) -> Result<&'b T, ExecutionError> {
    value.downcast_ref::<T>().ok_or_else(|| {
        ExecutionError::no_such_overload("", vec![value.get_type().name().to_owned()])
    })
}

fn text_of<'b>(value: &'b (dyn Val + '_)) -> Result<&'b str, ExecutionError> {
    as_a::<CelString<'_>>(value).map(CelString::inner)
}
