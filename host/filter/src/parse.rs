//! From text to syntax tree.

use std::collections::BTreeSet;
use std::thread;

use cel::IdedExpr;
use cel::common::ast::SourceInfo;

use crate::invalid_expression::{ExpressionProblem, InvalidExpression, ProblemKind, ProblemList};
use crate::position::SourcePosition;
use crate::syntax_tree::{self, Size};
use crate::{Limits, environment};

/// Nested brackets that Flux takes (cel-go v0.27, `parser/options.go`).
const BRACKETS: u16 = 250;
/// The parser recurses for each operator of a chain. The longest text that is parsed needs about
/// a quarter of this. It is only reserved, not used.
const STACK: usize = 256 << 20;

/// An expression that could be parsed.
pub(crate) struct Parsed {
    pub(crate) tree: IdedExpr,
    pub(crate) source_info: SourceInfo,
}

/// Runs what recurses through an expression, on a stack of its own.
///
/// # Errors
/// With the error of the work, or when no thread can be started for it.
pub(crate) fn on_large_stack<R: Send>(
    work: impl FnOnce() -> Result<R, InvalidExpression> + Send,
) -> Result<R, InvalidExpression> {
    thread::scope(|scope| {
        let compiler = thread::Builder::new()
            .name("cel".to_owned())
            .stack_size(STACK);
        match compiler
            .spawn_scoped(scope, work)
            .map(thread::ScopedJoinHandle::join)
        {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(failure("the parser failed on this expression".to_owned())),
            Err(error) => Err(failure(format!("no thread to compile on: {error}"))),
        }
    })
}

/// # Errors
/// When the syntax is wrong, or the expression is too large.
pub(crate) fn parse(source: &str, limits: &Limits) -> Result<Parsed, InvalidExpression> {
    if source.len() > limits.source_bytes {
        return Err(InvalidExpression::limit(format!(
            "{} bytes of source, {} are allowed",
            source.len(),
            limits.source_bytes
        )));
    }
    let parser = environment::shared().parser().max_recursion_depth(BRACKETS);
    let (tree, source_info) = parser
        .parse_with_source_info(source)
        .map_err(|errors| syntax_problems(source, errors))?;
    let Size { nodes, depth } = syntax_tree::measure(&tree);
    for (what, is, allowed) in [
        ("nodes", nodes, limits.nodes),
        ("levels", depth, limits.depth),
    ] {
        if is > allowed {
            return Err(InvalidExpression::limit(format!(
                "{is} {what} of syntax, {allowed} are allowed"
            )));
        }
    }
    Ok(Parsed { tree, source_info })
}

fn failure(message: String) -> InvalidExpression {
    InvalidExpression::whole(message, ProblemKind::Expression)
}

/// What an error of the parser is about. The parser has one type for all of them: only its text
/// tells them apart.
#[derive(Debug, PartialEq, Eq)]
enum SyntaxError {
    TooManyBrackets,
    /// About the parser's own unfinished nodes, after it gave up.
    Internal,
    Syntax(String),
}

impl SyntaxError {
    fn of(message: String) -> Self {
        if message.contains("Recursion limit") {
            Self::TooManyBrackets
        } else if message.contains("Context") || message.contains("OtherError") {
            Self::Internal
        } else {
            Self::Syntax(message)
        }
    }
}

fn syntax_problems(source: &str, errors: cel::ParseErrors) -> InvalidExpression {
    let mut problems = ProblemList::default();
    let mut seen = BTreeSet::new();
    for error in errors.errors {
        let (line, column) = error.pos;
        let message = match SyntaxError::of(error.msg) {
            SyntaxError::TooManyBrackets => {
                format!("expression recursion limit exceeded: {BRACKETS}")
            }
            SyntaxError::Internal => continue,
            SyntaxError::Syntax(message) => message,
        };
        if !seen.insert(message.clone()) {
            continue;
        }
        let place = usize::try_from(line).ok().zip(usize::try_from(column).ok());
        problems.add(|| ExpressionProblem {
            message,
            position: place.and_then(|(line, column)| SourcePosition::new(source, line, column)),
            kind: ProblemKind::Expression,
        });
    }
    match problems.into_result() {
        Err(error) => error,
        Ok(()) => failure("Syntax error".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message of each problem, without the position.
    fn messages(source: &str) -> Vec<String> {
        match on_large_stack(|| parse(source, &Limits::default())) {
            Ok(_) => Vec::new(),
            Err(error) => {
                let problems = error.problems.into_iter();
                problems.map(|problem| problem.message).collect()
            }
        }
    }

    /// Pins the words of the parser that [`SyntaxError`] is read from.
    #[test]
    fn too_many_brackets_are_told_from_other_mistakes() {
        let nested = |depth| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
        let cases = [
            ("ten brackets", nested(10), None),
            (
                "300 brackets",
                nested(300),
                Some("expression recursion limit exceeded: 250"),
            ),
            ("no operand", "1 +".to_owned(), Some("Syntax error: ")),
        ];
        for (what, source, expected) in cases {
            let found = messages(&source);
            let as_expected = match (expected, found.first()) {
                (Some(expected), Some(first)) => first.starts_with(expected),
                (expected, first) => expected.is_none() && first.is_none(),
            };
            assert!(as_expected, "{what}: {found:?}, expected {expected:?}");
            let internal =
                |message: &String| message.contains("Context") || message.contains("OtherError");
            assert!(!found.iter().any(internal), "{what}: {found:?}");
        }
    }
}
