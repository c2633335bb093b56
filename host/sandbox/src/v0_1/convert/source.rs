use bellpull_core::Source;

use super::word::{is_token, shown, through_objects, unknown};
use crate::v0_1::bindings::bellpull::provider::types as wit;

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

fn header(kind: &str, name: &str) -> Result<String, String> {
    if is_token(name) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "place {kind:?} names the header {}, which no request has",
        shown(name)
    ))
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
}
