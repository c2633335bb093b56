//! Warnings about values of a Secret that are suspicious but may be right.

use super::flaws;
use super::key_names::{CLIENT_NAMES, previous_key};
use super::value::{decode, previous_value};
use bellpull_core::{Binding, CredentialUse, SecretData, Source, limits};

/// Warnings about the values that a binding uses.
pub(super) fn binding_warnings(secret: &SecretData, binding: &Binding) -> Vec<String> {
    let mut warnings = Vec::new();
    for wanted in &binding.credentials {
        if let Some(value) = secret.get(&wanted.key) {
            warnings.extend(value_warnings(value.expose(), &wanted.key, wanted));
        }
        match previous_value(secret, &wanted.key) {
            Some((previous, value)) => {
                warnings.extend(value_warnings(value.expose(), &previous, wanted));
            }
            None => warnings.extend(blank_previous(secret, &wanted.key)),
        }
    }
    warnings
}

fn blank_previous(secret: &SecretData, key: &str) -> Option<String> {
    let previous = previous_key(key);
    let value = secret.get(&previous)?.expose();
    (!value.is_empty())
        .then(|| format!("field '{previous}' holds nothing but white space and counts as empty"))
}

/// Warnings about the values that a component reads.
#[must_use]
pub fn setting_warnings(settings: &[(String, String)]) -> Vec<String> {
    settings
        .iter()
        .flat_map(|(key, value)| text_warnings(value.as_bytes(), key))
        .collect()
}

/// The warning about a value that is too short to be searched for.
#[must_use]
pub fn short_value_warning(key: &str) -> String {
    format!(
        "field '{key}' has fewer than {} bytes: where a delivery holds it outside the places of the \
         binding, the component can read it",
        limits::SHORTEST_SEARCHED
    )
}

fn value_warnings(value: &[u8], key: &str, wanted: &CredentialUse) -> Vec<String> {
    let mut warnings = text_warnings(value, key);
    let is_name = wanted.presented.contains(&Source::BasicUsername);
    let is_short = decode(value, wanted.encoding).is_some_and(|value| flaws::is_short(&value));
    if is_short && !is_name && !flaws::is_placeholder(value) {
        warnings.push(format!(
            "field '{key}' has fewer than {} characters and can be guessed",
            flaws::SHORTEST
        ));
    }
    warnings
}

fn text_warnings(value: &[u8], key: &str) -> Vec<String> {
    // The line end of the last name is none of the name's.
    let ends = flaws::ends(value).filter(|_| key != CLIENT_NAMES);
    let ends = ends.map(|ends| format!("field '{key}' {ends}, which is taken as a part of it"));
    let placeholder = flaws::is_placeholder(value)
        .then(|| format!("field '{key}' looks like a placeholder that was never filled in"));
    ends.into_iter().chain(placeholder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_warned_of_as_it_is_read() {
        for (key, text, expected) in [
            ("headerName", "X-Key", None),
            ("headerName", "X-Key\n", Some("ends in a line end (LF)")),
            ("clientNames", "sender.example\n", None),
            ("clientNames", "<names>\n", Some("looks like a placeholder")),
        ] {
            let found = setting_warnings(&[(key.to_owned(), text.to_owned())]);
            let fits = match (found.as_slice(), expected) {
                ([], None) => true,
                ([found], Some(expected)) => found.contains(expected),
                _ => false,
            };
            assert!(fits, "{key} {text:?}: {found:?}, expected {expected:?}");
        }
    }
}
