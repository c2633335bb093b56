use std::ops::Range;

use cel::IdedExpr;
use cel::common::ast::{Expr, operators};

use crate::evaluation_error::EvaluationError;
use crate::expression::Expression;
use crate::functions::metered::{CHARGED, LOOPED, READ};
use crate::span::span_of;
use crate::syntax_tree;
use crate::value::CelValue;
use crate::variables::VariableLookup;

/// One part of an expression, with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedPart {
    /// Its place in the source, bytes.
    pub span: Range<usize>,
    /// How deep it is nested. The whole expression is at 0.
    pub depth: usize,
    /// Its value. Nothing when an earlier part had decided already.
    pub outcome: Option<Result<CelValue, EvaluationError>>,
}

/// The parts in the order of the source, each before its own parts. The inside of a loop is not
/// shown, nor are literals.
pub(crate) fn explain(
    expression: &Expression,
    variables: &dyn VariableLookup,
) -> Vec<ExplainedPart> {
    let mut explainer = Explainer {
        expression,
        variables,
        parts: Vec::new(),
    };
    explainer.part(&expression.rewritten().tree, 0, true);
    explainer.parts
}

struct Explainer<'a> {
    expression: &'a Expression,
    variables: &'a dyn VariableLookup,
    parts: Vec<ExplainedPart>,
}

impl Explainer<'_> {
    /// The value of the part, if it was evaluated.
    fn part(&mut self, part: &IdedExpr, depth: usize, evaluated: bool) -> Option<CelValue> {
        let shown = is_written(part);
        let outcome = evaluated.then(|| self.expression.value_of(part, self.variables));
        let value = outcome.as_ref().and_then(|outcome| outcome.clone().ok());
        if shown {
            let source_info = &self.expression.rewritten().source_info;
            self.parts.push(ExplainedPart {
                span: span_of(part, source_info, self.expression.source()),
                depth,
                outcome,
            });
        }
        let below = depth + usize::from(shown);
        self.parts_of(part, below, evaluated);
        value
    }

    fn parts_of(&mut self, part: &IdedExpr, depth: usize, evaluated: bool) {
        match &part.expr {
            Expr::Comprehension(_) => {}
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::LOGICAL_AND, [left, right]) => {
                    let left = self.part(left, depth, evaluated);
                    self.part(
                        right,
                        depth,
                        evaluated && left != Some(CelValue::Bool(false)),
                    );
                }
                (operators::LOGICAL_OR, [left, right]) => {
                    let left = self.part(left, depth, evaluated);
                    self.part(
                        right,
                        depth,
                        evaluated && left != Some(CelValue::Bool(true)),
                    );
                }
                (operators::CONDITIONAL, [condition, then, otherwise]) => {
                    let condition = self.part(condition, depth, evaluated);
                    let is = |truth| evaluated && condition == Some(CelValue::Bool(truth));
                    self.part(then, depth, is(true));
                    self.part(otherwise, depth, is(false));
                }
                _ => self.all_parts_of(part, depth, evaluated),
            },
            // The whole chain of members shows its inner members.
            Expr::Select(_) if is_chain(part) => {}
            _ => self.all_parts_of(part, depth, evaluated),
        }
    }

    fn all_parts_of(&mut self, part: &IdedExpr, depth: usize, evaluated: bool) {
        for child in syntax_tree::children(part) {
            self.part(child, depth, evaluated);
        }
    }
}

fn is_chain(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Ident(_) => true,
        Expr::Select(select) => is_chain(&select.operand),
        _ => false,
    }
}

/// Whether a part was written by the user, and is neither a constant nor a namespace.
fn is_written(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Literal(_) | Expr::Unspecified => false,
        Expr::Ident(name) => !name.starts_with('@') && !is_namespace(name),
        Expr::Call(call) if is_payment(&call.func_name) => false,
        _ => part.id != 0,
    }
}

/// Whether the compiler added the call.
fn is_payment(name: &str) -> bool {
    [CHARGED, LOOPED, READ].contains(&name)
}

fn is_namespace(name: &str) -> bool {
    matches!(name, "base64" | "optional" | "sets" | "strings")
}
