//! Functions on sets, and those that optional types add to lists. The rules are cel-go's (v0.27,
//! `ext/sets.go` and `cel/library.go`).

use cel::common::types::{CelList, CelOptional, LIST_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};

use super::arguments::{Args, CallResult, list_of, take, truth};
use crate::meter::spend;
use crate::value::{copy_cost, is_in};

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    let two = || vec![LIST_TYPE, LIST_TYPE];
    env.add_overload("sets.contains", "sets_contains", two(), contains)?;
    env.add_overload("sets.equivalent", "sets_equivalent", two(), equivalent)?;
    env.add_overload("sets.intersects", "sets_intersects", two(), intersects)?;
    env.add_member_overload("first", "list_first", LIST_TYPE, vec![], first)?;
    env.add_member_overload("last", "list_last", LIST_TYPE, vec![], last)?;
    env.add_overload(
        "optional.unwrap",
        "optional_unwrap",
        vec![LIST_TYPE],
        unwrap,
    )?;
    env.add_member_overload("unwrapOpt", "unwrap_opt", LIST_TYPE, vec![], unwrap)
}

fn elements<'b, 'v>(list: &'b (dyn Val + 'v)) -> Result<Vec<&'b (dyn Val + 'v)>, ExecutionError> {
    let mut all = Vec::new();
    let mut walk = list_of(list)?.iter();
    while let Some(element) = walk.next() {
        spend(1)?;
        all.push(element);
    }
    Ok(all)
}

fn has_all(set: &dyn Val, wanted: &dyn Val) -> Result<bool, ExecutionError> {
    for element in elements(wanted)? {
        if !is_in(element, set)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn contains<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [set, wanted] = take(args)?;
    has_all(set.as_ref(), wanted.as_ref()).map(truth)
}

fn equivalent<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [left, right] = take(args)?;
    let both = has_all(left.as_ref(), right.as_ref())? && has_all(right.as_ref(), left.as_ref())?;
    Ok(truth(both))
}

fn intersects<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [left, right] = take(args)?;
    for element in elements(left.as_ref())? {
        if is_in(element, right.as_ref())? {
            return Ok(truth(true));
        }
    }
    Ok(truth(false))
}

fn as_optional<'b, 'v>(element: Option<&(dyn Val + 'v)>) -> CallResult<'b, 'v> {
    Ok(CowVal::owned(match element {
        Some(element) => {
            spend(copy_cost(element))?;
            CelOptional::of(element.clone_as_boxed())
        }
        None => CelOptional::none(),
    }))
}

fn first<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [list] = take(args)?;
    as_optional(elements(list.as_ref())?.first().copied())
}

fn last<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [list] = take(args)?;
    as_optional(elements(list.as_ref())?.last().copied())
}

fn unwrap<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [list] = take(args)?;
    let mut present = Vec::new();
    for element in elements(list.as_ref())? {
        let optional = element.downcast_ref::<CelOptional<'_>>();
        let optional =
            optional.ok_or_else(|| ExecutionError::no_such_overload("unwrap", Vec::new()))?;
        if let Some(value) = optional.option() {
            spend(copy_cost(value))?;
            present.push(value.clone_as_boxed());
        }
    }
    Ok(CowVal::owned(CelList::from(present)))
}
