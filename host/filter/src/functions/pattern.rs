//! `matches`, in linear time and with the meaning that RE2 gives an expression.

use std::any::Any;

use cel::common::types::{STRING_TYPE, Type};
use cel::common::value::{StaticVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use regex::{Regex, RegexBuilder};

use super::{Args, Outcome, as_a, take, text_of, truth};
use crate::meter::{price_of_bytes, spend};

/// `matches` with an expression that is compiled already, or is compiled here.
pub(crate) const MATCHES: &str = "@matches";

/// What a compiled expression may take, bytes; RE2's own limit in Go is of that order.
const SIZE: usize = 1 << 20;
/// The price of compiling one during an evaluation: the largest takes about 3 ms.
const COMPILING: u64 = 10_000;

static PATTERN_TYPE: Type = Type::new_unspecified_type("bellpull.Pattern");

/// A compiled expression.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// Compiles an expression in RE2's syntax.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub(crate) fn new(expression: &str) -> Result<Self, String> {
        if let Some(count) = excessive_repeat(expression) {
            return Err(format!(
                "error parsing regexp: invalid repeat count: `{count}`"
            ));
        }
        RegexBuilder::new(&from_re2(expression))
            .size_limit(SIZE)
            .build()
            .map(Self)
            .map_err(|error| format!("error parsing regexp: {}", reason(&error)))
    }
}

/// RE2 repeats at most a thousand times.
fn excessive_repeat(expression: &str) -> Option<String> {
    expression.split('{').skip(1).find_map(|text| {
        let (count, _) = text.split_once('}')?;
        let excessive = |number: &str| number.parse::<u32>().is_ok_and(|number| number > 1000);
        let counts = count
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b',');
        (counts && count.split(',').any(excessive)).then(|| format!("{{{count}}}"))
    })
}

/// The last line of the regex crate's drawing says what is wrong.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

/// In RE2 the classes `\d`, `\s`, `\w` and the boundary `\b` are of ASCII, a bracket within a
/// class stands for itself, and `\Q…\E` quotes.
fn from_re2(expression: &str) -> String {
    let mut translated = String::with_capacity(expression.len() + 16);
    let mut letters = expression.chars();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.as_str().starts_with('Q') => {
                let rest = letters.as_str().strip_prefix('Q').unwrap_or_default();
                let (quoted, rest) = rest.split_once(r"\E").unwrap_or((rest, ""));
                translated.push_str(&regex::escape(quoted));
                letters = rest.chars();
            }
            '\\' => escape(letters.next(), in_class, &mut translated),
            '[' if !in_class => {
                in_class = true;
                translated.push('[');
                // A closing bracket that comes first stands for itself.
                for first in ["^", "]"] {
                    if let Some(rest) = letters.as_str().strip_prefix(first) {
                        translated.push_str(if first == "]" { r"\]" } else { first });
                        letters = rest.chars();
                    }
                }
            }
            '[' if letters.as_str().starts_with(':') => {
                let named = letters.as_str();
                let end = named.find(":]").map_or(named.len(), |at| at + 2);
                let (named, rest) = named.split_at(end);
                translated.push('[');
                translated.push_str(named);
                letters = rest.chars();
            }
            // Operators and brackets within a class in the regex crate, plain letters in RE2.
            '[' | '&' | '~' if in_class => translated.extend(['\\', letter]),
            ']' => {
                in_class = false;
                translated.push(']');
            }
            _ => translated.push(letter),
        }
    }
    translated
}

fn escape(letter: Option<char>, in_class: bool, translated: &mut String) {
    match letter {
        Some('d') => translated.push_str("[0-9]"),
        Some('D') => translated.push_str("[^0-9]"),
        Some('w') => translated.push_str("[0-9A-Za-z_]"),
        Some('W') => translated.push_str("[^0-9A-Za-z_]"),
        Some('s') => translated.push_str(r"[\t\n\x0C\r ]"),
        Some('S') => translated.push_str(r"[^\t\n\x0C\r ]"),
        Some('b') if !in_class => translated.push_str(r"(?-u:\b)"),
        Some(other) => translated.extend(['\\', other]),
        None => translated.push('\\'),
    }
}

impl Val for Pattern {
    fn get_type(&self) -> &Type {
        &PATTERN_TYPE
    }

    fn cel_type() -> &'static Type {
        &PATTERN_TYPE
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Pattern {}

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(
        MATCHES,
        "compiled",
        vec![STRING_TYPE, PATTERN_TYPE.to_owned()],
        matches,
    )?;
    env.add_overload(
        MATCHES,
        "text",
        vec![STRING_TYPE, STRING_TYPE],
        matches_text,
    )
}

fn matches<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [text, pattern] = take(args)?;
    let text = text_of(text.as_ref())?;
    spend(price_of_bytes(text.len()))?;
    Ok(truth(as_a::<Pattern>(pattern.as_ref())?.0.is_match(text)))
}

fn matches_text<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [text, expression] = take(args)?;
    let (text, expression) = (text_of(text.as_ref())?, text_of(expression.as_ref())?);
    spend(price_of_bytes(text.len() + expression.len()).saturating_add(COMPILING))?;
    let pattern = Pattern::new(expression);
    let pattern = pattern.map_err(|error| ExecutionError::function_error("matches", error))?;
    Ok(truth(pattern.0.is_match(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_what_re2_means() {
        let cases = [
            (r"^\d+$", "123", true),
            (r"^\d+$", "\u{661}", false),
            (r"^[\d.]+$", "1.2", true),
            (r"^[^\d]+$", "a1", false),
            (r"^\w+$", "\u{e9}", false),
            (r"^[\w-]+$", "a-b", true),
            (r"a\sb", "a\u{a0}b", false),
            (r"\bmain\b", "x/main/y", true),
            (r"^\Qa.b\E$", "a.b", true),
            (r"^\Qa.b\E$", "axb", false),
            (r"^[a[b]+$", "[", true),
            (r"^[]a]+$", "]a", true),
            (r"^[[:alpha:]]+$", "ab", true),
            (r"^[a&&b]+$", "&", true),
            (r"(?i)MAIN", "main", true),
            (r"^.$", "\u{1f600}", true),
        ];
        for (expression, text, expected) in cases {
            let pattern = Pattern::new(expression).expect(expression);
            assert_eq!(
                pattern.0.is_match(text),
                expected,
                "{expression} on {text:?}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for expression in [
            "[",
            "(",
            "a**b{",
            r"\",
            "(?<n",
            "a{1000}{1000}{1000}",
            "(?=a)",
        ] {
            let error = Pattern::new(expression).expect_err(expression);
            assert!(
                error.starts_with("error parsing regexp: "),
                "{expression}: {error}"
            );
            assert!(!error.contains('\n'), "{expression}: {error}");
        }
    }
}
