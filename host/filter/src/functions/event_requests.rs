//! Functions on the pull and merge requests of an event.

use cel::common::types::STRING_TYPE;
use cel::common::value::Val;
use cel::{DeclarationError, Env, ExecutionError};

use super::arguments::{Args, CallResult, downcast, list_of, take, text_of, truth};
use super::automaton_budget::AutomatonBudget;
use super::event::{
    PATTERNS, any_in, event_and_texts, matches_ref, pay_to_compile, present_member,
};
use super::ref_globs::{GLOBS_TYPE, RefGlobs};
use crate::meter::{price_of_bytes, spend};

pub(crate) const INTO_REF: &str = "intoRef";
const IS_REQUEST: &str = "isRequest";
const HAS_LABEL: &str = "hasLabel";

/// The member of an event that lists its requests.
const REQUESTS: &str = "requests";

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    let object = crate::value::OBJECT;
    let mut member = |name: &str, id: &str, args, op| {
        env.add_member_overload(name, id, object.to_owned(), args, op)
    };
    member(IS_REQUEST, "any", vec![], is_request)?;
    member(INTO_REF, "compiled", vec![GLOBS_TYPE.to_owned()], into_ref)?;
    for count in 1..=PATTERNS {
        let texts = || (0..count).map(|_| STRING_TYPE).collect();
        let id = count.to_string();
        member(INTO_REF, &id, texts(), into_ref_texts)?;
        member(HAS_LABEL, &id, texts(), has_label)?;
    }
    Ok(())
}

fn is_request<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [event] = take(args)?;
    any_in(event.as_ref(), REQUESTS, |_| Ok(true)).map(truth)
}

fn would_change(event: &dyn Val, globs: &RefGlobs) -> Result<bool, ExecutionError> {
    any_in(event, REQUESTS, |request| {
        matches_ref(globs, request, "target")
    })
}

fn into_ref<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [event, globs] = take(args)?;
    would_change(event.as_ref(), downcast(globs.as_ref())?).map(truth)
}

fn into_ref_texts<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (event, patterns) = event_and_texts(&args)?;
    pay_to_compile(&patterns)?;
    let globs = RefGlobs::new(&patterns, &mut AutomatonBudget::of_a_call());
    let globs = globs.map_err(|error| ExecutionError::function_error(INTO_REF, error))?;
    would_change(event, &globs).map(truth)
}

fn has_label<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let (event, wanted) = event_and_texts(&args)?;
    let has = any_in(event, REQUESTS, |request| {
        let Some(labels) = present_member(request, "labels") else {
            return Ok(true);
        };
        let mut labels = list_of(labels.as_ref())?.iter();
        while let Some(label) = labels.next() {
            let label = text_of(label)?;
            for wanted in &wanted {
                spend(price_of_bytes(label.len().min(wanted.len())))?;
                if label.eq_ignore_ascii_case(wanted) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    });
    has.map(truth)
}
