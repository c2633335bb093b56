//! The value that a case of the conformance suite expects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull_filter::CelValue;
use serde_json::Value as Json;

/// A value that is written with its type. Nothing when filters do not have the type.
pub(super) fn value(tagged: &Json) -> Option<CelValue> {
    let (name, given) = tagged.as_object()?.iter().next()?;
    let text = given.as_str();
    Some(match name.as_str() {
        "null" => CelValue::Null,
        "bool" => CelValue::Bool(given.as_bool()?),
        "int" => CelValue::Int(text?.parse().ok()?),
        "uint" => CelValue::Uint(text?.parse().ok()?),
        "double" => CelValue::Double(text?.parse().ok()?),
        "string" => CelValue::String(text?.to_owned()),
        "bytes" => CelValue::Bytes(STANDARD.decode(text?).ok()?),
        "type" => CelValue::Type(text?.to_owned()),
        "timestamp" => CelValue::Timestamp(text?.parse().ok()?),
        "duration" => {
            let nanoseconds: i64 = text?.parse().ok()?;
            CelValue::Duration(jiff::SignedDuration::from_nanos(nanoseconds))
        }
        "list" => CelValue::List(given.as_array()?.iter().map(value).collect::<Option<_>>()?),
        "map" => {
            let entry = |entry: &Json| Some((value(entry.get(0)?)?, value(entry.get(1)?)?));
            CelValue::Map(given.as_array()?.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Whether the values are equal. Entries of maps may be in any order, and NaN equals NaN.
pub(super) fn same(expected: &CelValue, found: &CelValue) -> bool {
    match (expected, found) {
        (CelValue::Double(expected), CelValue::Double(found)) => {
            expected == found || expected.is_nan() && found.is_nan()
        }
        (CelValue::List(expected), CelValue::List(found)) => {
            expected.len() == found.len()
                && expected
                    .iter()
                    .zip(found)
                    .all(|(expected, found)| same(expected, found))
        }
        (CelValue::Map(expected), CelValue::Map(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(key, value)| {
                    let there = |(found_key, found): &(CelValue, CelValue)| {
                        same(key, found_key) && same(value, found)
                    };
                    found.iter().any(there)
                })
        }
        (expected, found) => expected == found,
    }
}
