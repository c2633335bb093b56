use std::fmt;

use crate::position::SourcePosition;

/// Everything that is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidExpression {
    /// In the order of the source; never empty.
    pub problems: Vec<ExpressionProblem>,
    /// How many more problems there are.
    pub more: usize,
}

/// One thing that is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionProblem {
    /// One line.
    pub message: String,
    /// Where the problem begins. Absent when it concerns the whole expression.
    pub position: Option<SourcePosition>,
    pub(crate) kind: ProblemKind,
}

/// Decides which sentence of Flux comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The syntax, the names or the types.
    Expression,
    /// A constant part that cannot be evaluated.
    Constant,
    /// The type of the result. Flux says nothing before the message.
    Result,
    /// A limit of Bellpull.
    Limit,
}

/// Problems that are kept of one expression. Nobody reads more.
const KEPT: usize = 20;

/// Collects the problems of an expression.
#[derive(Debug, Default)]
pub(crate) struct ProblemList {
    kept: Vec<ExpressionProblem>,
    more: usize,
}

impl ProblemList {
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Adds a problem, which is only made if it is kept.
    pub(crate) fn add(&mut self, problem: impl FnOnce() -> ExpressionProblem) {
        if self.kept.len() < KEPT {
            self.kept.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// # Errors
    /// With the problems in the order of the source, if there are any.
    pub(crate) fn into_result(mut self) -> Result<(), InvalidExpression> {
        if self.kept.is_empty() {
            return Ok(());
        }
        self.kept.sort_by_key(|problem| {
            let position = problem.position.as_ref();
            position.map(|position| (position.line, position.column))
        });
        Err(InvalidExpression {
            problems: self.kept,
            more: self.more,
        })
    }
}

impl InvalidExpression {
    pub(crate) fn limit(message: String) -> Self {
        Self::whole(message, ProblemKind::Limit)
    }

    /// One problem of the whole expression.
    pub(crate) fn whole(message: String, kind: ProblemKind) -> Self {
        Self {
            problems: vec![ExpressionProblem {
                message,
                position: None,
                kind,
            }],
            more: 0,
        }
    }
}

/// The message, then the line of the source with a caret under the position.
impl fmt::Display for ExpressionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.position {
            Some(position) if position.line > 1 => {
                write!(f, " (line {})\n{position}", position.line)
            }
            Some(position) => write!(f, "\n{position}"),
            None => Ok(()),
        }
    }
}

/// Begins as Flux's message does (fluxcd/pkg `runtime/cel/expression.go`), without the expression
/// itself. The problems follow, one below the other.
impl fmt::Display for InvalidExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.problems.first().map(|problem| problem.kind);
        f.write_str(match kind {
            Some(ProblemKind::Expression) => "failed to parse the CEL expression: ",
            Some(ProblemKind::Constant) => "failed to create CEL program: ",
            Some(ProblemKind::Limit) => "the CEL expression is too large: ",
            Some(ProblemKind::Result) | None => "",
        })?;
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for InvalidExpression {}
