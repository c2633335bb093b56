use serde_json::{Number, Value};

/// A text that is the same for two values exactly if JSON Schema calls them equal (2020-12 core,
/// section 4.2.2): the order of members does not matter, and numbers compare by value.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => text.push_str(&of_number(number)),
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, member) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(member, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

fn of_number(number: &Number) -> String {
    match integer(number) {
        Some(integer) => integer.to_string(),
        None => number.to_string(),
    }
}

/// Whether a number has no fraction, however large it is.
pub(super) fn is_integer(number: &Number) -> bool {
    integer(number).is_some() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// The number, if it is an integer. `1.0` is one.
pub(super) fn integer(number: &Number) -> Option<i128> {
    number.as_i128().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
        // A larger float does not fit into the integer.
        (float.abs() < 2_f64.powi(100)).then_some(float as i128)
    })
}
