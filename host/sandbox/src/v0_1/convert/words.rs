//! Sources and parts of a message. The contract names their kinds by words, since the sets may grow.

use bellpull_core::http::HeaderName;
use bellpull_core::{Source, text};
use bellpull_proof::Part;

use crate::v0_1::bindings::bellpull::provider::types as wit;
use crate::violation::Violation;

/// A place where a delivery carries a credential.
///
/// # Errors
/// When the kind is not known, or its arguments are wrong.
pub(super) fn source(from: wit::Source) -> Result<Source, String> {
    let kind = from.kind.as_str();
    let place = match (kind, from.arguments.as_slice()) {
        ("header", [name]) => Source::Header(header(kind, name)?),
        ("bearer", [name]) => Source::Bearer(header(kind, name)?),
        ("scheme", [name, scheme]) => Source::Scheme {
            header: header(kind, name)?,
            scheme: token(kind, "scheme", scheme)?,
        },
        ("basic-username", []) => Source::BasicUsername,
        ("basic-password", []) => Source::BasicPassword,
        ("cookie", [name]) => Source::Cookie(token(kind, "cookie", name)?),
        ("query", [name]) => Source::Query(name.clone()),
        ("member", [pointer]) if through_objects(pointer) => Source::Member(pointer.clone()),
        ("member", [pointer]) => {
            return Err(format!(
                "place \"member\" has the pointer {}, which does not lead through objects alone",
                shown(pointer)
            ));
        }
        ("form", [field]) => Source::Form(field.clone()),
        _ => return Err(unknown_source(kind, from.arguments.len())),
    };
    Ok(place)
}

fn unknown_source(kind: &str, arguments: usize) -> String {
    /// Every kind, with the number of its arguments.
    const KINDS: [(&str, usize); 9] = [
        ("header", 1),
        ("bearer", 1),
        ("scheme", 2),
        ("basic-username", 0),
        ("basic-password", 0),
        ("cookie", 1),
        ("query", 1),
        ("member", 1),
        ("form", 1),
    ];
    if let Some((_, takes)) = KINDS.iter().find(|(known, _)| *known == kind) {
        return format!("place {kind:?} has {arguments} arguments and takes {takes}");
    }
    unknown("place", kind, &KINDS.map(|(known, _)| known))
}

/// A part of a signed message.
///
/// # Errors
/// When the kind is not known, or its arguments are wrong.
pub(crate) fn part(from: wit::Part) -> Result<Part, Violation> {
    let piece = match from {
        wit::Part::Bytes(bytes) => return Ok(Part::Bytes(bytes)),
        wit::Part::Piece(piece) => piece,
    };
    let mut arguments = piece.arguments.into_iter();
    let part = match (piece.kind.as_str(), arguments.next(), arguments.next()) {
        ("body", None, None) => Part::Body,
        ("method", None, None) => Part::Method,
        ("target", None, None) => Part::Target,
        ("query", None, None) => Part::Query,
        ("@authority", None, None) => Part::Authority,
        ("@path", None, None) => Part::Path,
        ("@query", None, None) => Part::QueryComponent,
        ("query", Some(name), None) => Part::Parameter(name),
        ("header", Some(name), None) if is_token(&name) => Part::Header(name),
        ("form", Some(field), None) => Part::Form(field),
        ("member", Some(pointer), None) if through_objects(&pointer) => Part::Member(pointer),
        (kind, ..) => return Err(Violation::contract(unknown_part(kind))),
    };
    Ok(part)
}

fn unknown_part(kind: &str) -> String {
    /// Every kind, with its arguments.
    const KINDS: [(&str, &str); 10] = [
        ("body", "no argument"),
        ("method", "no argument"),
        ("target", "no argument"),
        ("query", "at most one argument"),
        ("@authority", "no argument"),
        ("@path", "no argument"),
        ("@query", "no argument"),
        ("header", "one argument, the name of a header"),
        ("form", "one argument"),
        ("member", "one argument, a pointer through objects alone"),
    ];
    match KINDS.iter().find(|(known, _)| *known == kind) {
        Some((_, takes)) => format!("piece {kind:?} takes {takes}"),
        None => unknown("piece", kind, &KINDS.map(|(known, _)| known)),
    }
}

/// Says that a word is not known, and which words are.
pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    format!("{what} {} is none of {}", shown(word), known.join(", "))
}

/// A word of the guest, quoted and cut.
pub(super) fn shown(word: &str) -> String {
    format!("{:?}", text::printable(word, 64))
}

fn header(kind: &str, name: &str) -> Result<String, String> {
    if is_token(name) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "place {kind:?} names the header {}, which no request has",
        shown(name)
    ))
}

/// Whether this is a `token` of RFC 9110, section 5.6.2, as the names of headers are.
fn is_token(name: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok()
}

fn token(kind: &str, what: &str, name: &str) -> Result<String, String> {
    if is_token(name) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "place {kind:?} names the {what} {}, which cannot be one",
        shown(name)
    ))
}

/// Whether a pointer names members of objects only, so that no `*` or index can reach it.
fn through_objects(pointer: &str) -> bool {
    pointer.strip_prefix('/').is_some_and(|rest| {
        rest.split('/').all(|segment| {
            segment != "*" && !segment.is_empty() && !segment.bytes().all(|b| b.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(arguments: &[&str]) -> Vec<String> {
        arguments.iter().copied().map(String::from).collect()
    }

    #[test]
    fn a_place_is_a_known_word_with_its_arguments() {
        let of = |kind: &str, arguments: &[&str]| {
            source(wit::Source {
                kind: kind.to_owned(),
                arguments: words(arguments),
            })
        };
        let scheme = Source::Scheme {
            header: "authorization".into(),
            scheme: "Token".into(),
        };
        for (kind, arguments, expected) in [
            (
                "header",
                &["X-Token"] as &[_],
                Source::Header("X-Token".into()),
            ),
            (
                "bearer",
                &["authorization"],
                Source::Bearer("authorization".into()),
            ),
            ("scheme", &["authorization", "Token"], scheme),
            ("basic-username", &[], Source::BasicUsername),
            ("basic-password", &[], Source::BasicPassword),
            ("cookie", &["session"], Source::Cookie("session".into())),
            ("query", &[""], Source::Query(String::new())),
            (
                "member",
                &["/auth/token"],
                Source::Member("/auth/token".into()),
            ),
            ("form", &["token"], Source::Form("token".into())),
        ] {
            assert_eq!(of(kind, arguments), Ok(expected), "{kind} {arguments:?}");
        }
        for (kind, arguments, said) in [
            (
                "client-certificate",
                &[] as &[_],
                "is none of header, bearer, scheme",
            ),
            ("Header", &["x-token"], "\"Header\" is none of"),
            ("", &[], "place \"\" is none of"),
            ("header", &[], "has 0 arguments and takes 1"),
            ("header", &["a", "b"], "has 2 arguments and takes 1"),
            ("header", &[""], "names the header \"\""),
            ("bearer", &["x token"], "names the header \"x token\""),
            ("scheme", &["authorization"], "has 1 arguments and takes 2"),
            ("scheme", &["authorization", ""], "names the scheme \"\""),
            ("basic-username", &["authorization"], "takes 0"),
            ("cookie", &["a=b"], "names the cookie \"a=b\""),
            ("member", &["/a/0"], "does not lead through objects alone"),
            ("member", &["token"], "does not lead through objects alone"),
        ] {
            let error = of(kind, arguments).unwrap_err();
            assert!(error.contains(said), "{kind} {arguments:?}: {error}");
        }
    }

    #[test]
    fn a_piece_is_a_known_word_with_its_arguments() {
        let of = |kind: &str, arguments: &[&str]| {
            part(wit::Part::Piece(wit::Piece {
                kind: kind.to_owned(),
                arguments: words(arguments),
            }))
        };
        for (kind, arguments, expected) in [
            ("body", &[] as &[_], Part::Body),
            ("header", &["x-id"], Part::Header("x-id".into())),
            ("form", &["payload"], Part::Form("payload".into())),
            ("member", &["/id"], Part::Member("/id".into())),
            ("method", &[], Part::Method),
            ("target", &[], Part::Target),
            ("query", &[], Part::Query),
            ("query", &["crc_token"], Part::Parameter("crc_token".into())),
            ("@authority", &[], Part::Authority),
            ("@path", &[], Part::Path),
            ("@query", &[], Part::QueryComponent),
        ] {
            assert_eq!(of(kind, arguments).unwrap(), expected, "{kind}");
        }
        for (kind, arguments, said) in [
            (
                "@scheme",
                &[] as &[_],
                "piece \"@scheme\" is none of body, method",
            ),
            ("", &[], "piece \"\" is none of"),
            ("body", &["x"], "takes no argument"),
            ("header", &[], "takes one argument, the name"),
            ("header", &["a", "b"], "takes one argument"),
            ("header", &["x id"], "the name of a header"),
            ("query", &["a", "b"], "takes at most one argument"),
            ("form", &[], "takes one argument"),
            ("member", &["/a/*"], "pointer through objects alone"),
        ] {
            let stop = of(kind, arguments).unwrap_err().to_string();
            assert!(stop.contains(said), "{kind} {arguments:?}: {stop}");
        }
    }
}
