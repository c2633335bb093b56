//! Functions on the Git changes of an event, and on its action.

use cel::common::types::{CelBool, STRING_TYPE};
use cel::common::value::Val;
use cel::{DeclarationError, Env, ExecutionError};

use super::arguments::{Args, CallResult, downcast, list_of, take, text_of, truth};
use super::automaton_budget::AutomatonBudget;
use super::event::{PATTERNS, any_in, event_and_texts, matches_ref, member, pay_to_compile};
use super::path_rules::{PathRules, RULES_TYPE};
use super::ref_globs::{GLOBS_TYPE, RefGlobs};
use crate::meter::spend;

pub(crate) const ON_REF: &str = "onRef";
pub(crate) const TOUCHES: &str = "touches";
const IS_ACTION: &str = "isAction";

/// The member of an event that lists its Git changes.
const GIT_CHANGES: &str = "changes";
/// The price of a copy of path rules: at worst it takes 50 µs.
const COPYING: u64 = 1_000;

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    let object = crate::value::OBJECT;
    let mut member = |name: &str, id: &str, args, op| {
        env.add_member_overload(name, id, object.to_owned(), args, op)
    };
    member(ON_REF, "compiled", vec![GLOBS_TYPE.to_owned()], on_ref)?;
    member(TOUCHES, "compiled", vec![RULES_TYPE.to_owned()], touches)?;
    for count in 1..=PATTERNS {
        let texts = || (0..count).map(|_| STRING_TYPE).collect();
        let id = count.to_string();
        member(ON_REF, &id, texts(), on_ref_texts)?;
        member(TOUCHES, &id, texts(), touches_texts)?;
        member(IS_ACTION, &id, texts(), is_action)?;
    }
    Ok(())
}

fn is_on_ref(event: &dyn Val, globs: &RefGlobs) -> Result<bool, ExecutionError> {
    any_in(event, GIT_CHANGES, |change| {
        matches_ref(globs, change, "ref")
    })
}

fn is_touched(event: &dyn Val, rules: &PathRules) -> Result<bool, ExecutionError> {
    // A search leaves memory behind in the rules, which goes with the copy.
    spend(COPYING)?;
    let rules = rules.clone();
    any_in(event, GIT_CHANGES, |change| {
        let complete = member(change, "pathsComplete")?;
        if !downcast::<CelBool>(complete.as_ref())?.inner() {
            return Ok(true);
        }
        let paths = member(change, "paths")?;
        let mut paths = list_of(paths.as_ref())?.iter();
        while let Some(path) = paths.next() {
            let path = text_of(path)?;
            spend(1)?;
            if rules.match_path(path)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

fn on_ref<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [event, globs] = take(args)?;
    is_on_ref(event.as_ref(), downcast(globs.as_ref())?).map(truth)
}

fn touches<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [event, rules] = take(args)?;
    is_touched(event.as_ref(), downcast(rules.as_ref())?).map(truth)
}

fn on_ref_texts<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (event, patterns) = event_and_texts(&args)?;
    pay_to_compile(&patterns)?;
    let globs = RefGlobs::new(&patterns, &mut AutomatonBudget::of_a_call());
    let globs = globs.map_err(|error| ExecutionError::function_error(ON_REF, error))?;
    is_on_ref(event, &globs).map(truth)
}

fn touches_texts<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (event, lines) = event_and_texts(&args)?;
    pay_to_compile(&lines)?;
    let rules = PathRules::new(&lines, &mut AutomatonBudget::of_a_call());
    let rules = rules.map_err(|error| ExecutionError::function_error(TOUCHES, error))?;
    is_touched(event, &rules).map(truth)
}

fn is_action<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (event, actions) = event_and_texts(&args)?;
    let action = member(event, "action")?;
    let action = text_of(action.as_ref())?;
    Ok(truth(
        actions
            .iter()
            .any(|wanted| action.eq_ignore_ascii_case(wanted)),
    ))
}
