//! What `event` can be asked of pull and merge requests.

use cel::common::types::STRING_TYPE;
use cel::common::value::Val;
use cel::{DeclarationError, Env, ExecutionError};

use super::event::{GLOBS_TYPE, Globs, PATTERNS, asked, member, pay_to_compile, some_of};
use super::{Args, Budget, Outcome, as_a, take, text_of, truth};
use crate::meter::{price_of_bytes, spend};
use crate::value::PRESENT;

pub(crate) const INTO_REF: &str = "intoRef";
const IS_REQUEST: &str = "isRequest";
const HAS_LABEL: &str = "hasLabel";

/// The list of an event's requests.
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

fn is_request<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [event] = take(args)?;
    some_of(event.as_ref(), REQUESTS, |_| Ok(true)).map(truth)
}

fn would_change(event: &dyn Val, globs: &Globs) -> Result<bool, ExecutionError> {
    some_of(event, REQUESTS, |request| globs.name_ref(request, "target"))
}

fn into_ref<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [event, globs] = take(args)?;
    would_change(event.as_ref(), as_a(globs.as_ref())?).map(truth)
}

fn into_ref_texts<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, patterns) = asked(&args)?;
    pay_to_compile(&patterns)?;
    let globs = Globs::new(&patterns, &mut Budget::of_a_call());
    let globs = globs.map_err(|error| ExecutionError::function_error(INTO_REF, error))?;
    would_change(event, &globs).map(truth)
}

fn has_label<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, wanted) = asked(&args)?;
    let has = some_of(event, REQUESTS, |request| {
        let Ok(labels) = member(request, &format!("{PRESENT}labels")) else {
            return Ok(true);
        };
        let labels = labels.as_iterable();
        let labels = labels.ok_or_else(|| ExecutionError::no_such_overload("", Vec::new()))?;
        let mut labels = labels.iter();
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
