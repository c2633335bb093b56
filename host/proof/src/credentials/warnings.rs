//! What is odd about the values of a Secret, and still may be what its sender has.

use super::flaws;
use super::keys::previous_key;
use super::value::{decode, left_behind};
use bellpull_core::{Binding, CredentialUse, SecretData, Source, limits};

/// What is odd about the values that a binding uses.
pub(super) fn of(secret: &SecretData, binding: &Binding) -> Vec<String> {
    let mut warnings = Vec::new();
    for wanted in &binding.credentials {
        if let Some(value) = secret.get(&wanted.key) {
            warnings.extend(of_value(value.expose(), &wanted.key, wanted));
        }
        match left_behind(secret, &wanted.key) {
            Some((previous, value)) => {
                warnings.extend(of_value(value.expose(), &previous, wanted));
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

/// What is odd about the values that a component reads.
#[must_use]
pub fn of_settings(settings: &[(String, String)]) -> Vec<String> {
    settings
        .iter()
        .flat_map(|(key, value)| of_text(value.as_bytes(), key))
        .collect()
}

/// What is odd about a value that is too short to be searched for.
#[must_use]
pub fn of_short(key: &str) -> String {
    format!(
        "field '{key}' has fewer than {} bytes: a delivery that holds it elsewhere than where it is \
         presented is not kept from the component",
        limits::SHORTEST_SEARCHED
    )
}

fn of_value(value: &[u8], key: &str, wanted: &CredentialUse) -> Vec<String> {
    let mut warnings = of_text(value, key);
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

fn of_text(value: &[u8], key: &str) -> Vec<String> {
    let ends = flaws::ends(value);
    let ends = ends.map(|ends| format!("field '{key}' {ends}, which is taken as a part of it"));
    let placeholder = flaws::is_placeholder(value)
        .then(|| format!("field '{key}' looks like a placeholder that was never filled in"));
    ends.into_iter().chain(placeholder).collect()
}
