//! JSON Schema of a component, and configs under it, against a direct reading of the standard.

use bellpull_schema::Schema;
use serde_json::{Map, Value};

use crate::FuzzTarget;
use crate::input::line;

/// A schema in the first line, the rest is a config.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "config-schema",
    run,
};

/// 16 problems, each with a place, a value and a pattern, or a list of what is allowed.
const LONGEST: usize = 32 << 10;

fn run(input: &[u8]) {
    let (schema, config) = line(input);
    let Ok(text) = std::str::from_utf8(schema) else {
        return;
    };
    let schema = match Schema::parse(text) {
        Ok(schema) => schema,
        Err(error) => {
            assert!(
                (1..=4 << 10).contains(&error.len()),
                "{} bytes: {error:.200}",
                error.len()
            );
            return;
        }
    };
    let Ok(config) = serde_json::from_slice::<Map<String, Value>>(config) else {
        return;
    };
    let checked = schema.config(Some(&config));
    match &checked {
        Ok(json) => {
            let read: Map<String, Value> = serde_json::from_str(json).expect("JSON");
            assert_eq!(read, config, "another config");
        }
        Err(error) => {
            assert!(error.starts_with("spec.config"), "{error}");
            assert!(
                error.len() <= LONGEST,
                "{} bytes: {error:.200}",
                error.len()
            );
        }
    }
    let Ok(schema) = serde_json::from_str::<Value>(text) else {
        return;
    };
    if let Some(expected) = is_valid(&schema, &Value::Object(config)) {
        assert_eq!(checked.is_ok(), expected, "{checked:?}");
    }
}

/// By JSON Schema 2020-12, "validation". `None` where a pattern is needed.
fn is_valid(schema: &Value, value: &Value) -> Option<bool> {
    let keywords = match schema {
        Value::Bool(open) => return Some(*open),
        other => other.as_object()?,
    };
    let mut valid = true;
    for (keyword, argument) in keywords {
        valid &= holds(keyword, argument, keywords, value)?;
    }
    Some(valid)
}

fn holds(keyword: &str, argument: &Value, all: &Map<String, Value>, value: &Value) -> Option<bool> {
    let (array, object) = (value.as_array(), value.as_object());
    match keyword {
        "type" => Some(match argument {
            Value::Array(kinds) => kinds.iter().any(|kind| is_of_type(kind, value)),
            kind => is_of_type(kind, value),
        }),
        "enum" => Some(argument.as_array()?.iter().any(|one| is_equal(one, value))),
        "const" => Some(is_equal(argument, value)),
        "uniqueItems" => match (argument, array) {
            (Value::Bool(true), Some(all)) => is_unique(all),
            _ => Some(true),
        },
        "required" => {
            let mut names = argument.as_array()?.iter().filter_map(Value::as_str);
            Some(object.is_none_or(|object| names.all(|name| object.contains_key(name))))
        }
        "properties" => {
            let mut properties = argument.as_object()?.iter();
            properties.try_fold(true, |valid, (name, schema)| {
                let member = object.and_then(|object| object.get(name));
                Some(valid & member.map_or(Some(true), |member| is_valid(schema, member))?)
            })
        }
        "additionalProperties" => {
            let known = all.get("properties").and_then(Value::as_object);
            let others = object.into_iter().flatten();
            let mut others =
                others.filter(|(name, _)| known.is_none_or(|all| !all.contains_key(*name)));
            others.try_fold(true, |valid, (_, member)| {
                Some(valid & is_valid(argument, member)?)
            })
        }
        "items" => {
            let mut elements = array.into_iter().flatten();
            elements.try_fold(true, |valid, one| Some(valid & is_valid(argument, one)?))
        }
        "pattern" => value.as_str().is_none().then_some(true),
        _ => is_within(keyword, argument, value),
    }
}

/// Whether a size or a number is within a limit.
fn is_within(keyword: &str, argument: &Value, value: &Value) -> Option<bool> {
    let (what, is_least) = match keyword.split_at_checked(3)? {
        ("min", what) => (what, true),
        ("max", what) => (what, false),
        _ => return exclusive(keyword, argument, value),
    };
    let length = match what {
        "imum" => return order(argument, value, is_least, true),
        "Length" => value.as_str().map(|text| text.chars().count()),
        "Items" => value.as_array().map(Vec::len),
        "Properties" => value.as_object().map(Map::len),
        _ => return Some(true),
    };
    let limit = argument.as_u64()?;
    Some(length.is_none_or(|length| match is_least {
        true => length as u64 >= limit,
        false => length as u64 <= limit,
    }))
}

fn exclusive(keyword: &str, argument: &Value, value: &Value) -> Option<bool> {
    match keyword {
        "exclusiveMinimum" => order(argument, value, true, false),
        "exclusiveMaximum" => order(argument, value, false, false),
        _ => Some(true),
    }
}

fn order(limit: &Value, value: &Value, is_least: bool, inclusive: bool) -> Option<bool> {
    // Beyond this, floats are no exact numbers.
    let exact = |value: &Value| value.as_f64().filter(|number| number.abs() < 9e15);
    if !value.is_number() {
        return Some(true);
    }
    let (number, limit) = (exact(value)?, exact(limit)?);
    let beyond = match is_least {
        true => number > limit,
        false => number < limit,
    };
    Some(beyond || (inclusive && number == limit))
}

fn is_of_type(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type {other:?}"),
    }
}

/// `None`: there are too many to compare each with each.
fn is_unique(all: &[Value]) -> Option<bool> {
    let mut pairs = all.iter().enumerate();
    (all.len() < 200)
        .then(|| pairs.all(|(at, one)| !all[..at].iter().any(|other| is_equal(one, other))))
}

/// The number, if it is an integer that fits.
fn whole(number: &serde_json::Number) -> Option<i128> {
    let float = || number.as_f64().filter(|float| float.fract() == 0.0);
    number.as_i128().or_else(|| Some(float()? as i128))
}

/// Numbers are equal by value, whether they are written as integers or not.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() != b.is_f64() && whole(a).is_some() && whole(a) == whole(b))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| is_equal(a, b)))
        }
        _ => one == other,
    }
}
