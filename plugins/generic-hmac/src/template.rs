//! The template of the signed message.

use bellpull_sdk::{Part, headers};

/// The most bytes of a template.
const MOST: usize = 256;

/// The parts of the message that a template describes. `{body}`, `{method}`, `{target}` and
/// `{query}` stand for those of the request, `{timestamp}` for the value of the header `timestamp`,
/// `{header:NAME}` for the value of another header, `{{` and `}}` for braces. Any other text stands
/// for itself.
///
/// # Errors
/// What is wrong with the template.
pub(crate) fn parts(template: &str, timestamp: Option<&str>) -> Result<Vec<Part>, &'static str> {
    if template.len() > MOST {
        return Err("is longer than 256 bytes");
    }
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = template;
    while let Some(index) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(index);
        literal.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else {
            let (name, after) = from
                .strip_prefix('{')
                .and_then(|inside| inside.split_once('}'))
                .ok_or("has an unmatched brace: write {{ or }} for a brace that is signed")?;
            push(&mut parts, &mut literal);
            parts.push(placeholder(name, timestamp)?);
            rest = after;
        }
    }
    literal.push_str(rest);
    push(&mut parts, &mut literal);
    match parts.iter().filter(|part| **part == Part::body()).count() {
        1 => Ok(parts),
        _ => Err("must contain {body} exactly once"),
    }
}

fn push(parts: &mut Vec<Part>, literal: &mut String) {
    if !literal.is_empty() {
        parts.push(Part::bytes(std::mem::take(literal)));
    }
}

fn placeholder(name: &str, timestamp: Option<&str>) -> Result<Part, &'static str> {
    Ok(match name {
        "body" => Part::body(),
        "method" => Part::method(),
        "target" => Part::target(),
        "query" => Part::query(),
        "timestamp" => {
            Part::header(timestamp.ok_or("contains {timestamp}, so timestampHeader must be set")?)
        }
        _ => match name.strip_prefix("header:") {
            Some(header) if headers::is_name(header) => Part::header(&header.to_ascii_lowercase()),
            _ => {
                return Err(
                    "has an unknown placeholder: use {body}, {timestamp}, {method}, \
                            {target}, {query} and {header:NAME}",
                );
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Part {
        Part::bytes(text)
    }

    #[test]
    fn reads_parts_in_order() {
        let at = Some("x-time");
        for (template, expected) in [
            ("{body}", vec![Part::body()]),
            (
                "{timestamp}.{body}",
                vec![Part::header("x-time"), bytes("."), Part::body()],
            ),
            (
                "v0:{header:X-Id}:{body}",
                vec![bytes("v0:"), Part::header("x-id"), bytes(":"), Part::body()],
            ),
            (
                "{method}\n{target}\n{query}\n{body}\n",
                vec![
                    Part::method(),
                    bytes("\n"),
                    Part::target(),
                    bytes("\n"),
                    Part::query(),
                    bytes("\n"),
                    Part::body(),
                    bytes("\n"),
                ],
            ),
            ("{{{body}}}", vec![bytes("{"), Part::body(), bytes("}")]),
            ("{{body}}{body}", vec![bytes("{body}"), Part::body()]),
        ] {
            assert_eq!(parts(template, at), Ok(expected), "{template:?}");
        }
    }

    #[test]
    fn refuses_what_does_not_sign_the_body_or_is_no_template() {
        for template in [
            "",
            "body",
            "{timestamp}",
            "{body}{body}",
            "{body}{",
            "{body}}",
            "{body",
            "{Body}",
            "{body}{header:}",
            "{body}{header:a b}",
            "{body}{form:a}",
            &[&"x".repeat(MOST), "{body}"].concat(),
        ] {
            assert!(parts(template, Some("x-time")).is_err(), "{template:?}");
        }
        assert!(parts("{timestamp}.{body}", None).is_err());
    }
}
