use bellpull_proof::Part;

use super::word::{is_token, through_objects, unknown};
use crate::v0_1::bindings::bellpull::provider::types as wit;
use crate::violation::Violation;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(arguments: &[&str]) -> Vec<String> {
        arguments.iter().copied().map(String::from).collect()
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
