//! How a value leaves the evaluator, whose result type cannot hold our values.

use std::sync::Arc;

use cel::common::types::DYN_TYPE;
use cel::common::value::{CowVal, Val};
use cel::objects::Opaque;
use cel::{DeclarationError, Env};

use super::arguments::{Args, CallResult, take};
use crate::value::CelValue;

/// Returns its argument as an [`ExportedValue`].
pub(crate) const EXPORT: &str = "@export";

#[derive(Debug, PartialEq)]
pub(crate) struct ExportedValue(pub(crate) CelValue);

/// cel requires it, though nothing compares exported values.
impl Eq for ExportedValue {}

impl Opaque for ExportedValue {
    fn runtime_type_name(&self) -> &'static str {
        "bellpull.Handed"
    }
}

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(EXPORT, EXPORT, vec![DYN_TYPE], export)
}

fn export<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [value] = take(args)?;
    let exported = ExportedValue(CelValue::of(value.as_ref()));
    let exported: Box<dyn Val> = cel::Value::Opaque(Arc::new(exported)).try_into()?;
    Ok(CowVal::Owned(exported))
}
