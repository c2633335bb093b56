//! `matches`, in linear time and with the semantics of RE2.

use cel::common::types::{STRING_TYPE, Type};
use cel::common::value::{StaticVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use regex_automata::util::syntax;

use super::arguments::{Args, CallResult, downcast, take, text_of, truth};
use super::automaton::Automaton;
use super::automaton_budget::AutomatonBudget;
use super::compiled_value::compiled_value;
use super::re2_syntax;
use crate::meter::{price_of_bytes, spend};

/// Replaces `matches`. The expression is compiled already, or compiled by the call.
pub(crate) const MATCHES: &str = "@matches";

/// The longest expression, bytes. The program of a longer one would be too large in any case.
const EXPRESSION: usize = 4 << 10;
/// The price of compiling an expression during an evaluation: at worst it takes 2 ms.
const COMPILING: u64 = 40_000;
/// The price of building a table during an evaluation. It is built when a search without it would
/// cost more.
const TABULATING: u64 = 400_000;

static PATTERN_TYPE: Type = Type::new_unspecified_type("bellpull.Pattern");

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub(crate) struct Re2Pattern(Automaton);

impl Re2Pattern {
    /// # Errors
    /// When the expression is not valid in RE2's syntax, or too large.
    pub(crate) fn new(expression: &str, budget: &mut AutomatonBudget) -> Result<Self, String> {
        let invalid = |reason: String| format!("error parsing regexp: {reason}");
        if expression.len() > EXPRESSION {
            let length = expression.len();
            return Err(invalid(format!(
                "expression too large: {length} bytes, {EXPRESSION} are allowed"
            )));
        }
        if let Some(count) = re2_syntax::excessive_repeat(expression) {
            return Err(invalid(format!("invalid repeat count: `{count}`")));
        }
        let expression = re2_syntax::translated(expression);
        let automaton = Automaton::new(&[expression], syntax::Config::new(), budget);
        automaton.map(Self).map_err(invalid)
    }

    fn is_match(&self, text: &str) -> Result<bool, ExecutionError> {
        spend(self.0.price(text.len()))?;
        Ok(self.0.is_match(text))
    }
}

compiled_value!(Re2Pattern, PATTERN_TYPE);

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

fn matches<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [text, pattern] = take(args)?;
    let text = text_of(text.as_ref())?;
    downcast::<Re2Pattern>(pattern.as_ref())?
        .is_match(text)
        .map(truth)
}

fn matches_text<'b, 'v>(args: Args<'b, 'v>) -> CallResult<'b, 'v> {
    let [text, expression] = take(args)?;
    let (text, expression) = (text_of(text.as_ref())?, text_of(expression.as_ref())?);
    spend(price_of_bytes(expression.len()).saturating_add(COMPILING))?;
    let pattern = Re2Pattern::new(expression, &mut AutomatonBudget::of_a_call());
    let mut pattern = pattern.map_err(|error| ExecutionError::function_error("matches", error))?;
    if pattern.0.price(text.len()) > TABULATING {
        spend(TABULATING)?;
        pattern = Re2Pattern(pattern.0.tabulated());
    }
    pattern.is_match(text).map(truth)
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
            (r"x\Bmain", "xmain", true),
            (r"\Bmain", "\u{e9}main", false),
            (r"(?i)MAIN", "main", true),
            (r"^.$", "\u{1f600}", true),
        ];
        for (expression, text, expected) in cases {
            let pattern =
                Re2Pattern::new(expression, &mut AutomatonBudget::of_a_filter()).expect(expression);
            let matches = pattern.0.is_match(text);
            assert_eq!(matches, expected, "{expression} on {text:?}");
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
            let error = Re2Pattern::new(expression, &mut AutomatonBudget::of_a_filter())
                .expect_err(expression);
            assert!(
                error.starts_with("error parsing regexp: "),
                "{expression}: {error}"
            );
            assert!(!error.contains('\n'), "{expression}: {error}");
        }
    }
}
