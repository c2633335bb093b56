//! JSON pointers (RFC 6901) over a document, against serde_json.

use bellpull_proof::json::{Pointers, SelectError, Value, lenient};

use crate::FuzzTarget;

/// The first line is a pointer, the rest a document.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "json-pointers",
    run,
};

fn run(input: &[u8]) {
    let split = input.iter().position(|byte| *byte == b'\n');
    let (pointer, document) = split.map_or((input, &[][..]), |at| (&input[..at], &input[at + 1..]));
    let Ok(pointer) = std::str::from_utf8(pointer) else {
        return;
    };
    let Ok(pointers) = Pointers::parse(&[pointer], &[]) else {
        return;
    };
    let selected = pointers.select(document);
    if pointer.split('/').any(|step| step == "*") || matches!(selected, Err(SelectError::TooMuch)) {
        return;
    }
    let expected = serde_json::from_str::<serde_json::Value>(&lenient(document));
    match (selected, expected) {
        (Ok(selected), Ok(expected)) => {
            let found = expected.pointer(pointer);
            assert_eq!(selected.len(), 1);
            assert_eq!(selected[0].len(), 1, "{pointer}: {selected:?}");
            assert!(is_same(&selected[0][0], found), "{selected:?} {found:?}");
        }
        (Err(SelectError::NotJson { .. }), Err(_)) => {}
        // serde_json judges what nobody asked for as well.
        (Ok(_), Err(error)) => {
            let reason = error.to_string();
            let judged = ["number out of range", "recursion limit exceeded"];
            assert!(
                judged.iter().any(|words| reason.starts_with(words)),
                "{reason}"
            );
        }
        (Err(error), Ok(_)) => panic!("{pointer}: {error}, and serde_json reads it"),
        (Err(SelectError::TooMuch), Err(_)) => {}
    }
}

fn is_same(selected: &Value, expected: Option<&serde_json::Value>) -> bool {
    match (selected, expected) {
        (Value::Missing, None) | (Value::Null, Some(serde_json::Value::Null)) => true,
        (Value::Boolean(selected), Some(serde_json::Value::Bool(expected))) => selected == expected,
        (Value::Text(selected), Some(serde_json::Value::String(expected))) => selected == expected,
        (Value::Number(selected), Some(expected @ serde_json::Value::Number(_)))
        | (
            Value::Json(selected),
            Some(expected @ (serde_json::Value::Array(_) | serde_json::Value::Object(_))),
        ) => {
            serde_json::from_str::<serde_json::Value>(selected).is_ok_and(|read| read == *expected)
        }
        _ => false,
    }
}
