use cel::IdedExpr;
use cel::common::ast::{CallExpr, EntryExpr, Expr, SourceInfo};
use cel::common::value::Val;

use super::optional_or;
use crate::check::Types;
use crate::functions::AutomatonBudget;
use crate::invalid_expression::{ExpressionProblem, InvalidExpression, ProblemKind, ProblemList};
use crate::parse::Parsed;
use crate::position::SourcePosition;

/// An expression that is ready to be evaluated.
pub(crate) struct Rewritten {
    pub(crate) tree: IdedExpr,
    pub(crate) source_info: SourceInfo,
    /// The values that the tree refers to by index.
    pub(crate) constants: Vec<Box<dyn Val>>,
    /// The memory of the automata among them, bytes.
    pub(crate) automata: usize,
}

/// # Errors
/// With every constant part that cannot be evaluated.
pub(crate) fn rewrite(
    source: &str,
    parsed: Parsed,
    types: &Types,
) -> Result<Rewritten, InvalidExpression> {
    let mut rewriter = Rewriter {
        source,
        source_info: &parsed.source_info,
        types,
        constants: Vec::new(),
        budget: AutomatonBudget::of_a_filter(),
        problems: ProblemList::default(),
    };
    let tree = rewriter.rewrite(parsed.tree);
    let Rewriter {
        constants,
        budget,
        problems,
        ..
    } = rewriter;
    problems.into_result()?;
    Ok(Rewritten {
        tree,
        source_info: parsed.source_info,
        constants,
        automata: budget.used(),
    })
}

pub(super) struct Rewriter<'a> {
    source: &'a str,
    source_info: &'a SourceInfo,
    pub(super) types: &'a Types,
    pub(super) constants: Vec<Box<dyn Val>>,
    pub(super) budget: AutomatonBudget,
    problems: ProblemList,
}

impl Rewriter<'_> {
    pub(super) fn problem(&mut self, at: u64, message: String) {
        let (source, source_info) = (self.source, self.source_info);
        self.problems.add(|| ExpressionProblem {
            message,
            position: Some(SourcePosition::of_part(source, source_info, at)),
            kind: ProblemKind::Constant,
        });
    }

    /// Rewrites from the leaves up. A part keeps its id, by which its type is found.
    pub(super) fn rewrite(&mut self, part: IdedExpr) -> IdedExpr {
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
        let prepared = prepared.or_else(|call| optional_or::lazily(id, call));
        prepared.unwrap_or_else(|call| self.metered(id, call))
    }
}
