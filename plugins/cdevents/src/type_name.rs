//! The name of a type: `dev.cdevents.<subject>.<predicate>.<version>`, or of a custom one
//! `dev.cdeventsx.<tool>-<subject>.<predicate>.<version>`.

use bellpull_sdk::Refusal;

use crate::member::malformed;
use crate::types::{TYPES, Type};

/// Whether this is the name of a custom type. `spec.events` compares without case.
pub(crate) fn is_custom(name: &str) -> bool {
    const PREFIX: &str = "dev.cdeventsx.";
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Known(&'static Type),
    Custom,
}

/// Splits the name of a type: its kind, its name without prefix and version, and its version.
pub(crate) fn taken_apart(full: &str) -> Result<(Kind, &str, &str), Refusal> {
    let unknown = || malformed("/context/type", "is no type of CDEvents");
    let (rest, custom) = match full.strip_prefix("dev.cdevents.") {
        Some(rest) => (rest, false),
        None => (
            full.strip_prefix("dev.cdeventsx.").ok_or_else(unknown)?,
            true,
        ),
    };
    let mut dots = rest.match_indices('.').map(|(index, _)| index);
    let _after_subject = dots.next();
    let (name, version) = dots
        .next()
        .and_then(|index| Some((rest.get(..index)?, rest.get(index + 1..)?)))
        .ok_or_else(unknown)?;
    if custom {
        let is_custom = is_custom_name(name) && is_version(version);
        return is_custom
            .then_some((Kind::Custom, name, version))
            .ok_or_else(unknown);
    }
    let known = TYPES.iter().find(|known| known.name == name);
    Ok((Kind::Known(known.ok_or_else(unknown)?), name, version))
}

/// `<tool>-<subject>.<predicate>`.
fn is_custom_name(name: &str) -> bool {
    name.split_once('.')
        .is_some_and(|(subject, predicate)| is_custom_subject(subject) && is_word(predicate))
}

/// `<tool>-<subject>`.
pub(crate) fn is_custom_subject(name: &str) -> bool {
    name.split_once('-').is_some_and(|(tool, subject)| {
        let is_tool = |byte: u8| byte.is_ascii_alphanumeric();
        !tool.is_empty() && tool.bytes().all(is_tool) && is_word(subject)
    })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The schema allows custom types only versions of single digits.
fn is_version(version: &str) -> bool {
    let digits = [b'0', b'.', b'0', b'.', b'0'];
    let fits = |(byte, shape): (u8, u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    version.len() == digits.len() && version.bytes().zip(digits).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_types_have_a_prefix_of_their_own() {
        assert!(is_custom("dev.cdeventsx.flux-app.synced.0.1.0"));
        assert!(is_custom("Dev.CDEventsX.flux-app.synced"));
        assert!(!is_custom("dev.cdevents.change.merged.0.2.0"));
        assert!(!is_custom("€€€€€€"));
    }
}
