//! How a value leaves the evaluator, whose own result type has no room for ours.

use std::sync::Arc;

use cel::common::types::DYN_TYPE;
use cel::common::value::{CowVal, Val};
use cel::objects::Opaque;
use cel::{DeclarationError, Env};

use super::{Args, Outcome, take};
use crate::value::Value;

/// Hands its argument out as [`Handed`].
pub(crate) const HAND_OUT: &str = "@handOut";

/// A value that left the evaluator.
#[derive(Debug, PartialEq)]
pub(crate) struct Handed(pub(crate) Value);

/// cel asks for it. Nothing compares what has left.
impl Eq for Handed {}

impl Opaque for Handed {
    fn runtime_type_name(&self) -> &'static str {
        "bellpull.Handed"
    }
}

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(HAND_OUT, HAND_OUT, vec![DYN_TYPE], hand_out)
}

fn hand_out<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [value] = take(args)?;
    let handed = Handed(Value::of(value.as_ref()));
    let handed: Box<dyn Val> = cel::Value::Opaque(Arc::new(handed)).try_into()?;
    Ok(CowVal::Owned(handed))
}
