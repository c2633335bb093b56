//! Payments that the compiler puts around parts of an expression, and operators that pay.

use cel::common::ast::operators;
use cel::common::types::{CelInt, DYN_TYPE, INT_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};

use super::arguments::{Args, CallResult, downcast, take, truth};
use crate::meter::spend;
use crate::value::{copy_cost, equal, is_in, read_cost};

/// Pays for a copy of its argument.
pub(crate) const CHARGED: &str = "@charged";
/// Pays for reading all of its argument.
pub(crate) const READ: &str = "@read";
/// Pays for a loop over its first argument. The second is the number of nodes in the body.
pub(crate) const LOOPED: &str = "@looped";
/// `+`, paid for.
pub(crate) const ADD: &str = "@add";
/// `==` over every kind of list and map, paid for.
pub(crate) const EQUALS: &str = "@equals";
/// `!=` over every kind of list and map, paid for.
pub(crate) const DIFFERS: &str = "@differs";
/// `in`, paid for.
pub(crate) const WITHIN: &str = "@within";

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(CHARGED, CHARGED, vec![DYN_TYPE], charged)?;
    env.add_overload(READ, READ, vec![DYN_TYPE], read)?;
    env.add_overload(LOOPED, LOOPED, vec![DYN_TYPE, INT_TYPE], looped)?;
    env.add_overload(ADD, ADD, vec![DYN_TYPE, DYN_TYPE], add)?;
    env.add_overload(EQUALS, EQUALS, vec![DYN_TYPE, DYN_TYPE], equals)?;
    env.add_overload(DIFFERS, DIFFERS, vec![DYN_TYPE, DYN_TYPE], differs)?;
    env.add_overload(WITHIN, WITHIN, vec![DYN_TYPE, DYN_TYPE], is_within)
}

fn charged<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [value] = take(args)?;
    spend(copy_cost(value.as_ref()))?;
    Ok(value)
}

fn read<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [value] = take(args)?;
    spend(read_cost(value.as_ref()))?;
    Ok(value)
}

/// The evaluator copies each element, and evaluates the body for it.
fn looped<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [range, body] = take(args)?;
    let body = u64::try_from(*downcast::<CelInt>(body.as_ref())?.inner()).unwrap_or(u64::MAX);
    if let Some(elements) = range.as_iterable() {
        let mut elements = elements.iter();
        while let Some(element) = elements.next() {
            spend(body.saturating_add(copy_cost(element)))?;
        }
    }
    Ok(range)
}

fn add<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [left, right] = take(args)?;
    let price = elements_of(left.as_ref()).saturating_add(elements_of(right.as_ref()));
    spend(price)?;
    let adder = left
        .as_adder()
        .ok_or_else(|| ExecutionError::no_such_overload(operators::ADD, Vec::new()))?;
    Ok(CowVal::Owned(adder.add(right.as_ref())?.into_owned()))
}

/// The work of copying a value into a sum. The elements of a list are copied even if the list is
/// shared.
fn elements_of(side: &dyn Val) -> u64 {
    let mut price = copy_cost(side);
    if let Some(elements) = side.as_iterable() {
        let mut elements = elements.iter();
        while let Some(element) = elements.next() {
            price = price.saturating_add(copy_cost(element));
        }
    }
    price
}

fn equals<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [left, right] = take(args)?;
    Ok(truth(equal(left.as_ref(), right.as_ref())))
}

fn differs<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [left, right] = take(args)?;
    Ok(truth(!equal(left.as_ref(), right.as_ref())))
}

fn is_within<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [value, container] = take(args)?;
    is_in(value.as_ref(), container.as_ref()).map(truth)
}
