//! What a case of the conformance suite expects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull_filter::Value;
use serde_json::Value as Json;

/// The value that is written with its type; nothing when there is no such type here.
pub(super) fn value(tagged: &Json) -> Option<Value> {
    let (name, given) = tagged.as_object()?.iter().next()?;
    let text = given.as_str();
    Some(match name.as_str() {
        "null" => Value::Null,
        "bool" => Value::Bool(given.as_bool()?),
        "int" => Value::Int(text?.parse().ok()?),
        "uint" => Value::Uint(text?.parse().ok()?),
        "double" => Value::Double(text?.parse().ok()?),
        "string" => Value::String(text?.to_owned()),
        "bytes" => Value::Bytes(STANDARD.decode(text?).ok()?),
        "type" => Value::Type(text?.to_owned()),
        "timestamp" => Value::Timestamp(text?.parse().ok()?),
        "duration" => {
            let nanoseconds: i64 = text?.parse().ok()?;
            Value::Duration(jiff::SignedDuration::from_nanos(nanoseconds))
        }
        "list" => Value::List(given.as_array()?.iter().map(value).collect::<Option<_>>()?),
        "map" => {
            let entry = |entry: &Json| Some((value(entry.get(0)?)?, value(entry.get(1)?)?));
            Value::Map(given.as_array()?.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Whether the values are the same, entries of maps in any order, and no number being one.
pub(super) fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Double(expected), Value::Double(found)) => {
            expected == found || expected.is_nan() && found.is_nan()
        }
        (Value::List(expected), Value::List(found)) => {
            expected.len() == found.len()
                && expected
                    .iter()
                    .zip(found)
                    .all(|(expected, found)| same(expected, found))
        }
        (Value::Map(expected), Value::Map(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(key, value)| {
                    let there = |(found_key, found): &(Value, Value)| {
                        same(key, found_key) && same(value, found)
                    };
                    found.iter().any(there)
                })
        }
        (expected, found) => expected == found,
    }
}
