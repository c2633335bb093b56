//! Checks the members that the schema of a type requires. Members that the schema does not know are
//! ignored, as by Flux.

use bellpull_sdk::{Refusal, Selection, Shape, host::document::Value};

use crate::member::{self, malformed, required};
use crate::spec::Spec;
use crate::type_name::{self, Kind, is_custom_subject};

/// The pointers for the checks of every event.
pub(crate) const POINTERS: &[&str] = &[
    "/context/version",
    "/context/specversion",
    "/context/id",
    "/context/source",
    "/context/type",
    "/context/timestamp",
    "/subject/id",
    "/subject/type",
    member::ENVIRONMENT,
    member::CHANGE,
    member::SIGNATURE,
    member::TICKET,
    member::PIPELINE,
    member::NAME,
    member::ARTIFACT,
    member::FORMAT,
    member::URI,
    member::URL,
    member::SUMMARY,
    member::CREATOR,
    member::RESOLUTION,
    member::OUTCOME,
    member::OUTPUT_TYPE,
];

/// Its answer may pass the bounds of the host.
pub(crate) const BULKY: &[&str] = &[CONTENT];
const CONTENT: &str = "/subject/content";

/// The type of an event that has been checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked<'p> {
    /// `context.type` as written.
    pub(crate) full: &'p str,
    /// The same without its version.
    pub(crate) unversioned: &'p str,
    /// `<subject>.<predicate>`. In a custom event the tool stands before the subject.
    pub(crate) name: &'p str,
}

/// Checks an event against the schema of its type, in the accepted versions.
///
/// # Errors
/// `malformed`, with the member that is wrong.
pub(crate) fn check<'p>(payload: &'p Selection, accepted: &[Spec]) -> Result<Checked<'p>, Refusal> {
    let full = required(payload, "/context/type")?;
    let (kind, name, version) = type_name::taken_apart(full)?;
    let spec = match kind {
        // The version in a custom type is its own. The event states the version of the
        // specification elsewhere.
        Kind::Custom => stated(payload, accepted),
        Kind::Known(known) => known.spec_of(version),
    };
    let Some(spec) = spec.filter(|spec| accepted.contains(spec)) else {
        return Err(malformed(
            "/context/type",
            "has a version that is not accepted: see `specVersions` of the config",
        ));
    };
    context(payload, spec)?;
    required(payload, "/subject/id")?;
    content(payload, kind)?;
    match kind {
        Kind::Custom => {
            let is_said = spec != Spec::V0_5;
            if is_said && !payload.text("/subject/type").is_some_and(is_custom_subject) {
                return Err(malformed("/subject/type", "is not a tool and a subject"));
            }
        }
        Kind::Known(known) => {
            if spec != Spec::V0_5 && payload.text("/subject/type") != Some(known.subject) {
                return Err(malformed("/subject/type", "is not the type's subject"));
            }
            for need in known.needs {
                need.check(payload, spec)?;
            }
        }
    }
    let unversioned = full
        .strip_suffix(version)
        .and_then(|rest| rest.strip_suffix('.'));
    Ok(Checked {
        full,
        unversioned: unversioned.unwrap_or(full),
        name,
    })
}

/// Checks that the content is an object. In a type of CDEvents the content may be left out, as in
/// Flux; the members that the type needs are checked afterwards.
fn content(payload: &Selection, kind: Kind) -> Result<(), Refusal> {
    let is_content = |value: &Value| match kind {
        Kind::Custom => {
            !matches!(value, Value::Missing | Value::Null) && Shape::Object.holds(value)
        }
        Kind::Known(_) => Shape::Object.holds(value),
    };
    match payload.all(CONTENT).iter().all(is_content) {
        true => Ok(()),
        false => Err(malformed("/subject/content", "is not an object")),
    }
}

/// The accepted version of the specification that a custom event states. 0.3 has no custom events.
fn stated(payload: &Selection, accepted: &[Spec]) -> Option<Spec> {
    let is_stated = |spec: &Spec| {
        let version = payload.text(version_pointer(*spec));
        *spec != Spec::V0_3 && version.is_some_and(|version| is_of(version, *spec))
    };
    accepted.iter().copied().rev().find(is_stated)
}

/// 0.5 renamed the member.
const fn version_pointer(spec: Spec) -> &'static str {
    match spec {
        Spec::V0_3 | Spec::V0_4 => "/context/version",
        Spec::V0_5 => "/context/specversion",
    }
}

/// Whether an event of this version of the specification may state this version. The schemas of 0.4
/// allow any, Flux checks by them, and senders do send others.
fn is_of(version: &str, spec: Spec) -> bool {
    let is_patch = |patch: &str| patch.starts_with('.');
    spec == Spec::V0_4 || version.strip_prefix(spec.name()).is_some_and(is_patch)
}

fn context(payload: &Selection, spec: Spec) -> Result<(), Refusal> {
    // Some schemas of 0.5.0 still have the old name.
    let version = payload
        .text(version_pointer(spec))
        .or(payload.text("/context/version"));
    if !version.is_some_and(|version| is_of(version, spec)) {
        return Err(malformed("/context/version", "is not the type's"));
    }
    required(payload, "/context/id")?;
    required(payload, "/context/source")?;
    if !is_date_time(required(payload, "/context/timestamp")?) {
        return Err(malformed("/context/timestamp", "is no date and time"));
    }
    Ok(())
}

/// Whether the text has the shape of an RFC 3339 `date-time`. The values of its numbers are not
/// checked.
fn is_date_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    let Some((start, rest)) = text.as_bytes().split_at_checked(shape.len()) else {
        return false;
    };
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        other => byte.eq_ignore_ascii_case(other),
    };
    let fraction = rest.strip_prefix(b".").map(|digits| {
        let end = digits.iter().position(|byte| !byte.is_ascii_digit());
        digits.split_at_checked(end.unwrap_or(digits.len()))
    });
    let offset = match fraction {
        None => rest,
        Some(Some((digits, offset))) if !digits.is_empty() => offset,
        Some(_) => return false,
    };
    let is_offset = match offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    start.iter().zip(shape).all(fits) && is_offset
}

#[cfg(test)]
mod tests;
