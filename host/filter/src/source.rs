//! From text to syntax tree, and from the tree back to places in the text.

use std::collections::BTreeSet;
use std::thread;

use cel::IdedExpr;
use cel::common::ast::SourceInfo;

use crate::problem::{CompileError, Place, Problem, ProblemKind, Problems};
use crate::tree::{self, Size};
use crate::{Limits, environment};

/// Nested brackets that Flux takes (cel-go v0.27, `parser/options.go`).
const BRACKETS: u16 = 250;
/// The parser recurses for each operator of a chain. The longest text that is parsed needs about
/// a quarter of this; it is only reserved, not used.
const STACK: usize = 256 << 20;

/// An expression that could be parsed.
pub(crate) struct Parsed {
    pub(crate) tree: IdedExpr,
    pub(crate) places: SourceInfo,
}

/// Runs what recurses through an expression, on a stack of its own.
///
/// # Errors
/// With what the work says, or when there is no thread for it.
pub(crate) fn on_large_stack<R: Send>(
    work: impl FnOnce() -> Result<R, CompileError> + Send,
) -> Result<R, CompileError> {
    thread::scope(|scope| {
        let compiler = thread::Builder::new()
            .name("cel".to_owned())
            .stack_size(STACK);
        match compiler
            .spawn_scoped(scope, work)
            .map(thread::ScopedJoinHandle::join)
        {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(failure("the parser failed on it".to_owned())),
            Err(error) => Err(failure(format!("no thread to compile on: {error}"))),
        }
    })
}

/// Parses.
///
/// # Errors
/// With what is wrong with the syntax, or too large.
pub(crate) fn parse(source: &str, limits: &Limits) -> Result<Parsed, CompileError> {
    if source.len() > limits.source_bytes {
        return Err(CompileError::limit(format!(
            "{} bytes of source, {} are allowed",
            source.len(),
            limits.source_bytes
        )));
    }
    let parser = environment::shared().parser().max_recursion_depth(BRACKETS);
    let (tree, places) = parser
        .parse_with_source_info(source)
        .map_err(|errors| syntax_problems(source, errors))?;
    let Size { nodes, depth } = tree::measure(&tree);
    for (what, is, allowed) in [
        ("nodes", nodes, limits.nodes),
        ("levels", depth, limits.depth),
    ] {
        if is > allowed {
            return Err(CompileError::limit(format!(
                "{is} {what} of syntax, {allowed} are allowed"
            )));
        }
    }
    Ok(Parsed { tree, places })
}

fn failure(message: String) -> CompileError {
    CompileError::whole(message, ProblemKind::Expression)
}

fn syntax_problems(source: &str, errors: cel::ParseErrors) -> CompileError {
    let mut problems = Problems::default();
    let mut seen = BTreeSet::new();
    for error in errors.errors {
        let too_deep = error.msg.contains("Recursion limit");
        // What the parser says of its own unfinished nodes after it gave up helps nobody.
        let internal = error.msg.contains("Context") || error.msg.contains("OtherError");
        let (line, column) = error.pos;
        let message = if too_deep {
            format!("expression recursion limit exceeded: {BRACKETS}")
        } else if internal {
            continue;
        } else {
            error.msg
        };
        if !seen.insert(message.clone()) {
            continue;
        }
        let place = usize::try_from(line).ok().zip(usize::try_from(column).ok());
        problems.add(|| Problem {
            message,
            place: place
                .filter(|(line, column)| *line > 0 && *column > 0)
                .map(|(line, column)| Place {
                    line,
                    column,
                    text: source.lines().nth(line - 1).unwrap_or_default().to_owned(),
                }),
            kind: ProblemKind::Expression,
        });
    }
    match problems.refuse() {
        Err(error) => error,
        Ok(()) => failure("Syntax error".to_owned()),
    }
}

/// The place of a byte of the source.
pub(crate) fn place_of(source: &str, offset: usize) -> Place {
    let before = source.get(..offset).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    Place {
        line,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        text: source.lines().nth(line - 1).unwrap_or_default().to_owned(),
    }
}
