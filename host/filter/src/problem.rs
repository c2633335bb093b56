use std::fmt;

/// Why an expression is refused: everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// In the order of the source; never empty.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

/// Problems that are told of one expression. Nobody reads more.
const TOLD: usize = 20;

/// The problems of an expression as they are found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    told: Vec<Problem>,
    more: usize,
}

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Adds one, made only if it is told.
    pub(crate) fn add(&mut self, problem: impl FnOnce() -> Problem) {
        if self.told.len() < TOLD {
            self.told.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// In the order of the source, if there are any.
    pub(crate) fn refuse(mut self) -> Result<(), CompileError> {
        if self.told.is_empty() {
            return Ok(());
        }
        self.told.sort_by_key(|problem| {
            let place = problem.place.as_ref();
            place.map(|place| (place.line, place.column))
        });
        Err(CompileError {
            problems: self.told,
            more: self.more,
        })
    }
}

/// One thing that is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line.
    pub message: String,
    /// Where it begins; absent when it is about the whole expression.
    pub place: Option<Place>,
    pub(crate) kind: ProblemKind,
}

/// Which of Flux's sentences a problem belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The text, the names or the types.
    Expression,
    /// A constant part that cannot be evaluated.
    Constant,
    /// The result's type, where Flux's sentence stands alone.
    Result,
    /// A limit of ours.
    Limit,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in code points.
    pub column: usize,
    /// That line of the source.
    pub text: String,
}

/// How much of a long line is shown before the place and after it, code points.
const SHOWN: usize = 60;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.column.saturating_sub(1);
        let skipped = before.saturating_sub(SHOWN);
        let length = self.text.chars().count();
        let kept = (before - skipped + SHOWN).min(length.saturating_sub(skipped));
        let (head, tail) = (
            if skipped > 0 { "…" } else { "" },
            if skipped + kept < length { "…" } else { "" },
        );
        let line: String = self
            .text
            .chars()
            .skip(skipped)
            .take(kept)
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        writeln!(f, "  | {head}{line}{tail}")?;
        let indent = before - skipped + head.chars().count();
        write!(f, "  | {:indent$}^", "")
    }
}

/// The message, then the line of the source with a caret under the place.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.place {
            Some(place) if place.line > 1 => write!(f, " (line {})\n{place}", place.line),
            Some(place) => write!(f, "\n{place}"),
            None => Ok(()),
        }
    }
}

/// Begins as Flux's message does (fluxcd/pkg `runtime/cel/expression.go`), without repeating the
/// expression, and goes on with the problems one below the other.
impl fmt::Display for CompileError {
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

impl std::error::Error for CompileError {}

impl CompileError {
    pub(crate) fn limit(message: String) -> Self {
        Self::whole(message, ProblemKind::Limit)
    }

    /// One problem, of the expression as a whole.
    pub(crate) fn whole(message: String, kind: ProblemKind) -> Self {
        Self {
            problems: vec![Problem {
                message,
                place: None,
                kind,
            }],
            more: 0,
        }
    }
}
