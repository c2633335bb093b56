//! Bundles in which one thing is another: each field, each value and each length.

use bellpull_signature::SignaturePolicy;
use serde_json::{Value, json};

use super::{alice, keys, signatures, verified};

const HINTED: &str = "/verificationMaterial/publicKey";
const HINT: &str = "/verificationMaterial/publicKey/hint";
const PROMISE: &str = "/verificationMaterial/tlogEntries/0/inclusionPromise";

fn accepted() -> [(&'static str, SignaturePolicy); 5] {
    [
        ("v1", alice()),
        ("v2", alice()),
        ("key", keys(false)),
        ("key-v1", keys(true)),
        ("key-v2", keys(true)),
    ]
}

/// Whether a bundle proves less with another value in this place.
fn matters(name: &str, pointer: &str, other: &Value) -> bool {
    match pointer {
        // A name for the key, by which it is found among many. Each key is tried instead.
        HINT => !other.is_string(),
        HINTED => ![json!([]), json!({})].contains(other),
        // It proves a time, which a key does not need, and an entry, which the inclusion proof proves too.
        PROMISE => name != "key-v1" || !other.is_null(),
        _ => true,
    }
}

/// The pointers to all values in a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                pointers(member, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The texts that differ from this one in one character, at up to eight places.
fn changed(text: &str) -> Vec<Value> {
    let characters: Vec<char> = text.chars().collect();
    // The last characters of base64 may have bits that no byte is made of.
    let last = characters.len().saturating_sub(4);
    let mut places: Vec<usize> = (0..8).map(|part| last * part / 7).collect();
    places.dedup();
    let with = |place: &usize| {
        let mut other = characters.clone();
        other[*place] = match other[*place] {
            'A' => 'B',
            '1' => '2',
            character if character.is_ascii_digit() => '1',
            _ => 'A',
        };
        other.into_iter().collect::<String>().into()
    };
    places.iter().map(with).collect()
}

/// What is wrongly accepted, or wrongly refused, when each value of each bundle is replaced by others.
fn misjudged(others: impl Fn(&Value) -> Vec<Value>) -> Vec<String> {
    let mut misjudged = Vec::new();
    for (name, policy) in &accepted() {
        let bundle = &signatures().bundles[*name];
        let mut found = Vec::new();
        pointers(bundle, "", &mut found);
        for pointer in &found {
            let value = bundle.pointer(pointer).unwrap();
            for other in others(value) {
                let mut changed = bundle.clone();
                *changed.pointer_mut(pointer).unwrap() = other.clone();
                let taken = verified(policy, &[changed.to_string().into_bytes()]).is_ok();
                if taken == matters(name, pointer, &other) {
                    misjudged.push(format!("{name}: {pointer}: {value} as {other}: {taken}"));
                }
            }
        }
    }
    misjudged
}

#[test]
fn a_change_of_any_field_is_refused() {
    let others = |value: &Value| match value {
        Value::String(text) => changed(text),
        Value::Number(number) => changed(&number.to_string()),
        _ => Vec::new(),
    };
    let misjudged = misjudged(others);
    assert!(misjudged.is_empty(), "{}", misjudged.join("\n"));
}

#[test]
fn a_value_of_another_kind_is_refused() {
    let kinds = [
        json!(null),
        json!(true),
        json!(-1),
        json!(""),
        json!([]),
        json!({}),
        json!([[]]),
    ];
    let others = |value: &Value| {
        kinds
            .iter()
            .filter(|kind| *kind != value)
            .cloned()
            .collect()
    };
    let misjudged = misjudged(others);
    assert!(misjudged.is_empty(), "{}", misjudged.join("\n"));
}

/// Certificates, timestamps, entries and checkpoints of every length.
#[test]
fn a_field_that_is_cut_off_anywhere_is_refused() {
    let others = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let lengths = (0..text.len().saturating_sub(3)).step_by(12);
        let whole = lengths.filter(|length| text.is_char_boundary(*length));
        whole.map(|length| text[..length].into()).collect()
    };
    let misjudged = misjudged(others);
    assert!(misjudged.is_empty(), "{}", misjudged.join("\n"));
}

#[test]
fn a_bundle_that_is_cut_off_anywhere_is_refused() {
    for (name, policy) in &accepted() {
        let whole = signatures().bundle(name);
        for length in 0..whole.len() {
            let cut = [whole[..length].to_vec()];
            assert!(verified(policy, &cut).is_err(), "{name}: {length} bytes");
        }
    }
}
