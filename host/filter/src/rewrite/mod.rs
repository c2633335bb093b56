//! From a checked tree to the one that is evaluated: what is constant is evaluated, patterns are
//! compiled, and what costs more than it looks is paid for.

mod constants;
mod fallback;
mod metering;
mod presence;

use cel::IdedExpr;
use cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue, SourceInfo};
use cel::common::value::Val;

use crate::check::Types;
use crate::functions::Budget;
use crate::problem::{CompileError, Problem, ProblemKind, Problems};
use crate::source::{Parsed, place_of};

/// What is evaluated.
pub(crate) struct Rewritten {
    pub(crate) tree: IdedExpr,
    pub(crate) places: SourceInfo,
    /// The values that the tree names by [`constant_name`].
    pub(crate) constants: Vec<Box<dyn Val>>,
    /// What the compiled expressions among them take, bytes.
    pub(crate) automata: usize,
}

/// How the tree names a constant; no expression can write such a name.
fn constant_name(index: usize) -> String {
    format!("@{index}")
}

/// Which constant a name of the tree means.
pub(crate) fn constant_index(name: &str) -> Option<usize> {
    name.strip_prefix('@')?.parse().ok()
}

/// Rewrites a checked expression.
///
/// # Errors
/// With every constant part that cannot be evaluated.
pub(crate) fn rewrite(
    source: &str,
    parsed: Parsed,
    types: &Types,
) -> Result<Rewritten, CompileError> {
    let mut rewriter = Rewriter {
        source,
        places: &parsed.places,
        types,
        constants: Vec::new(),
        budget: Budget::of_a_filter(),
        problems: Problems::default(),
    };
    let tree = rewriter.rewrite(parsed.tree);
    let Rewriter {
        constants,
        budget,
        problems,
        ..
    } = rewriter;
    problems.refuse()?;
    Ok(Rewritten {
        tree,
        places: parsed.places,
        constants,
        automata: budget.used(),
    })
}

struct Rewriter<'a> {
    source: &'a str,
    places: &'a SourceInfo,
    types: &'a Types,
    constants: Vec<Box<dyn Val>>,
    budget: Budget,
    problems: Problems,
}

impl Rewriter<'_> {
    fn problem(&mut self, at: u64, message: String) {
        let (source, places) = (self.source, self.places);
        self.problems.add(|| {
            let offset = places.offset_for(at).map_or(0, |(start, _)| start);
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            Problem {
                message,
                place: Some(place_of(source, offset)),
                kind: ProblemKind::Constant,
            }
        });
    }

    /// Parts first: a part keeps its id, by which its type is known.
    fn rewrite(&mut self, part: IdedExpr) -> IdedExpr {
        let IdedExpr { id, expr } = part;
        let expr = match expr {
            Expr::Call(call) => return self.call(id, call),
            Expr::Select(mut select) => {
                *select.operand = self.rewrite(*select.operand);
                self.present(select)
            }
            Expr::List(mut list) => {
                let elements = list.elements.into_iter();
                list.elements = elements.map(|element| self.copied(element)).collect();
                Expr::List(list)
            }
            Expr::Map(mut map) => {
                for entry in &mut map.entries {
                    if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                        entry.key = self.copied(std::mem::take(&mut entry.key));
                        entry.value = self.copied(std::mem::take(&mut entry.value));
                    }
                }
                Expr::Map(map)
            }
            Expr::Comprehension(folded) => self.comprehension(folded),
            other => other,
        };
        IdedExpr { id, expr }
    }

    fn call(&mut self, id: u64, mut call: CallExpr) -> IdedExpr {
        call.target = call.target.map(|target| Box::new(self.rewrite(*target)));
        let arguments = std::mem::take(&mut call.args).into_iter();
        call.args = arguments.map(|argument| self.rewrite(argument)).collect();
        self.optional_member(&mut call);
        let prepared = self.evaluated(id, call);
        let prepared = prepared.or_else(|call| fallback::lazily(id, call));
        prepared.unwrap_or_else(|call| self.metered(id, call))
    }
}

fn ident(name: String) -> IdedExpr {
    IdedExpr {
        id: 0,
        expr: Expr::Ident(name),
    }
}

pub(crate) fn global_call(name: &str, args: Vec<IdedExpr>) -> IdedExpr {
    IdedExpr {
        id: 0,
        expr: Expr::Call(CallExpr {
            func_name: name.to_owned(),
            target: None,
            args,
        }),
    }
}

/// A part in a payment, which is known by the part's id: its type is the same.
fn payment(name: &str, part: IdedExpr) -> IdedExpr {
    IdedExpr {
        id: part.id,
        ..global_call(name, vec![part])
    }
}

/// Whether a part is the same for every evaluation.
fn is_constant(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Literal(_) => true,
        Expr::Ident(name) => constant_index(name).is_some(),
        _ => false,
    }
}

/// The text that a part is, if it is written out.
fn literal_text(part: &IdedExpr) -> Option<&str> {
    match &part.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
