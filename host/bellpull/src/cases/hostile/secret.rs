use bellpull_core::{Authentication, Binding, SecretBytes, SecretData};
use bellpull_proof::credentials::previous_key;

/// The keys of a Secret whose values prove. Where the binding says of none that it does, those that the
/// recipe signs with should.
pub(super) fn proving_keys<'c>(
    binding: &'c Binding,
    recipe: &[&'c str],
    secret: &SecretData,
) -> Vec<&'c str> {
    let proving = binding.credentials.iter().filter(|one| one.proves);
    let mut keys: Vec<&str> = proving.map(|one| one.key.as_str()).collect();
    if binding.authentication == Authentication::PathOnly {
        keys.extend(recipe);
    }
    in_secret(keys, secret)
}

/// The same of the keys that must have a value.
pub(super) fn needed_keys<'c>(
    binding: &'c Binding,
    recipe: &[&'c str],
    secret: &SecretData,
) -> Vec<&'c str> {
    let bound = binding.credentials.iter().map(|one| one.key.as_str());
    let proving = proving_keys(binding, recipe, secret);
    in_secret(bound.chain(proving).collect(), secret)
}

/// Whether a key has a value of which no other one can be made by exchanging a letter.
pub(super) fn is_pem(secret: &SecretData, key: &str) -> bool {
    let value = secret.get(key).map(SecretBytes::expose);
    value.is_some_and(|value| value.trim_ascii_start().starts_with(b"-----BEGIN"))
}

fn in_secret<'c>(mut keys: Vec<&'c str>, secret: &SecretData) -> Vec<&'c str> {
    let is_current = |key: &str| secret.keys().all(|other| previous_key(other) != key);
    keys.retain(|key| secret.contains_key(*key) && is_current(key));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The Secret with another value of a key, and without its previous value.
pub(super) fn with_other(secret: &SecretData, key: &str) -> Option<SecretData> {
    let mut other = secret.clone();
    other.remove(&previous_key(key));
    let value = other.get_mut(key)?;
    *value = other_value(value);
    Some(other)
}

/// The Secret after a rotation that keeps the old value. `None` when one is already kept.
pub(super) fn rotated(secret: &SecretData, key: &str) -> Option<SecretData> {
    let previous = previous_key(key);
    let old = secret.get(key)?.clone();
    if secret.contains_key(&previous) {
        return None;
    }
    let mut rotated = with_other(secret, key)?;
    rotated.insert(previous, old);
    Some(rotated)
}

/// The Secret with an empty value of a key.
pub(super) fn with_empty(secret: &SecretData, key: &str) -> SecretData {
    let mut emptied = secret.clone();
    emptied.insert(key.to_owned(), SecretBytes::new(Vec::new()));
    emptied
}

/// A value of the same form: one letter or digit in its middle is another. What was hexadecimal or base64
/// still is.
fn other_value(value: &SecretBytes) -> SecretBytes {
    let mut bytes = value.expose().to_vec();
    let middle = bytes.len() / 2;
    let (first, second) = bytes.split_at_mut(middle);
    let place = second
        .iter_mut()
        .chain(first.iter_mut().rev())
        .find(|byte| byte.is_ascii_alphanumeric());
    match place {
        Some(byte) => {
            *byte = match *byte {
                b'f' => b'a',
                b'F' => b'A',
                b'z' => b'g',
                b'Z' => b'G',
                b'9' => b'0',
                other => other + 1,
            };
        }
        None => bytes.push(b'x'),
    }
    SecretBytes::new(bytes)
}
