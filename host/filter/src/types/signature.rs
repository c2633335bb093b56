use super::Type;
use crate::declared;

/// One way to call a function. The library writes it `size(string) -> int`, or with a receiver
/// `string.size() -> int`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Whether the first parameter is the receiver.
    pub(crate) member: bool,
    pub(crate) params: Vec<Type>,
    pub(crate) result: Type,
}

impl Signature {
    /// Parses a signature of the function `name`. Nothing when it is malformed.
    pub(crate) fn parse(name: &str, text: &str) -> Option<Self> {
        let (call, result) = text.rsplit_once(" -> ")?;
        let (result, rest) = parse_type(result)?;
        if !rest.is_empty() {
            return None;
        }
        let opening = call.find(&format!("{name}("))?;
        let (receiver, arguments) = call.split_at(opening);
        let mut params = Vec::new();
        let member = !receiver.is_empty();
        if member {
            let (target, rest) = parse_type(receiver)?;
            if rest != "." {
                return None;
            }
            params.push(target);
        }
        let mut rest = arguments.strip_prefix(name)?.strip_prefix('(')?;
        while rest != ")" {
            let (param, after) = parse_type(rest)?;
            params.push(param);
            rest = after.strip_prefix(", ").unwrap_or(after);
        }
        Some(Self {
            member,
            params,
            result,
        })
    }
}

/// The type at the start of the text, and the rest of the text.
fn parse_type(text: &str) -> Option<(Type, &str)> {
    let end = text
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let inner = |rest| -> Option<(Type, &str)> {
        let rest: &str = rest;
        parse_type(rest.strip_prefix('(')?)
    };
    Some(match name {
        "list" => {
            let (element, rest) = inner(rest)?;
            (Type::list(element), rest.strip_prefix(')')?)
        }
        "map" => {
            let (key, rest) = inner(rest)?;
            let (value, rest) = parse_type(rest.strip_prefix(", ")?)?;
            (Type::map(key, value), rest.strip_prefix(')')?)
        }
        "optional_type" => {
            let (value, rest) = inner(rest)?;
            (Type::optional(value), rest.strip_prefix(')')?)
        }
        "type" => {
            let (named, rest) = inner(rest)?;
            (Type::of_type(named), rest.strip_prefix(')')?)
        }
        "dyn" => (Type::Dyn, rest),
        "timestamp" => (Type::Timestamp, rest),
        "duration" => (Type::Duration, rest),
        "Event" => (Type::Struct(&declared::EVENT), rest),
        _ if name.len() == 1 => (Type::Param(name.chars().next()?), rest),
        _ => (Type::named(name)?, rest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_read_as_it_is_written() {
        let cases = [
            ("size", "size(map(A, B)) -> int", false),
            ("size", "list(A).size() -> int", true),
            ("optional.of", "optional.of(V) -> optional_type(V)", false),
            ("_[_]", "_[_](map(A, B), A) -> B", false),
            (
                "replace",
                "string.replace(string, string, int) -> string",
                true,
            ),
            ("type", "type(A) -> type(A)", false),
        ];
        for (name, text, member) in cases {
            let signature = Signature::parse(name, text).expect(text);
            let mut params: Vec<String> = signature.params.iter().map(Type::to_string).collect();
            let target = match member {
                true => format!("{}.", params.remove(0)),
                false => String::new(),
            };
            let shown = format!(
                "{target}{name}({}) -> {}",
                params.join(", "),
                signature.result
            );
            assert_eq!(shown, text);
            assert_eq!(signature.member, member, "{text}");
        }
    }

    #[test]
    fn a_malformed_signature_is_refused() {
        for text in [
            "f(int)",
            "f(no) -> int",
            "int:f() -> int",
            "f(list) -> int",
            "f(int -> int",
        ] {
            assert_eq!(Signature::parse("f", text), None, "{text}");
        }
    }
}
