//! Conversions and tests in which cel differs from Flux.

use std::sync::LazyLock;

use cel::common::types::{
    CelDouble, CelDuration, CelInt, CelOptional, CelString, CelTimestamp, DURATION_TYPE, DYN_TYPE,
    Kind, STRING_TYPE,
};
use cel::common::value::CowVal;
use cel::{DeclarationError, Env, ExecutionError};

use super::arguments::{Args, CallResult, downcast, take, text_of, truth};

/// The functions of cel that are replaced, and the names of their replacements.
pub(crate) const CONVERTED: &[(&str, &str)] = &[("string", "@string"), ("timestamp", "@timestamp")];
/// `has` of a member of any value.
pub(crate) const HAS: &str = "@has";

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload("int", "duration_to_int64", vec![DURATION_TYPE], nanoseconds)?;
    env.add_overload("@string", "string", vec![DYN_TYPE], string)?;
    env.add_overload("@timestamp", "timestamp", vec![DYN_TYPE], timestamp)?;
    env.add_overload(HAS, HAS, vec![DYN_TYPE, STRING_TYPE], has)
}

/// Calls a function of cel's standard library.
fn standard<'b, 'v>(name: &str, args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    static STANDARD_LIBRARY: LazyLock<Env> = LazyLock::new(Env::stdlib);
    match STANDARD_LIBRARY.find_overload(name, &args) {
        Some(function) => function(args),
        None => Err(ExecutionError::no_such_overload(name, Vec::new())),
    }
}

fn nanoseconds<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [length] = take(args)?;
    let nanoseconds = downcast::<CelDuration>(length.as_ref())?.num_nanoseconds();
    Ok(CowVal::owned(CelInt::from(nanoseconds.unwrap_or(i64::MAX))))
}

fn string<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let number = args
        .first()
        .and_then(|value| value.downcast_ref::<CelDouble>());
    match number {
        Some(number) => Ok(CowVal::owned(CelString::from(shortest(*number.inner())))),
        None => standard("string", args),
    }
}

/// As Go's `strconv.FormatFloat(number, 'g', -1, 64)` writes a number: with an exponent when that is
/// below -4, or 6 or more.
fn shortest(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// Takes strict RFC 3339. cel also takes a space and small letters.
fn timestamp<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let text = args
        .first()
        .and_then(|value| value.downcast_ref::<CelString<'_>>());
    let lax = text.is_some_and(|text| {
        let written = |byte: u8| byte.is_ascii_digit() || b"TZ:.+-".contains(&byte);
        !text.inner().bytes().all(written)
    });
    if lax {
        return Err(ExecutionError::function_error("timestamp", "not RFC 3339"));
    }
    let time = standard("timestamp", args)?;
    // Flux reads hours and days in UTC, whatever offset was written.
    let utc = downcast::<CelTimestamp>(time.as_ref())?.inner().to_utc();
    Ok(CowVal::owned(CelTimestamp::from(utc.fixed_offset())))
}

/// A value without members does not have the member. A list is an error, since its elements have
/// numbers.
fn has<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [object, name] = take(args)?;
    let name = text_of(name.as_ref())?;
    let optional = object.downcast_ref::<CelOptional<'_>>();
    let value = match optional {
        Some(optional) => match optional.option() {
            Some(value) => value,
            None => return Ok(truth(false)),
        },
        None => object.as_ref(),
    };
    match value.get_type().kind() {
        Kind::List => Err(ExecutionError::function_error(
            "has",
            "unsupported index type 'string' in list",
        )),
        _ => {
            let members = value.as_indexer();
            let present = members.map(|members| members.get(&CelString::from(name)));
            Ok(truth(matches!(present, Some(Ok(_)))))
        }
    }
}
