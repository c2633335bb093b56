use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, operators};

use super::constant_name::is_constant;
use super::rewriter::Rewriter;
use crate::functions::REPLACED;
use crate::functions::metered::{ADD, CHARGED, DIFFERS, EQUALS, LOOPED, READ, WITHIN};
use crate::library;
use crate::syntax_tree::{self, global_call, literal};

/// Functions of cel whose work grows with the size of their arguments.
const READERS: &[&str] = &[
    "base64.decode",
    "base64.encode",
    "@string",
    "bytes",
    "charAt",
    "contains",
    "decode",
    "encode",
    "format",
    "lowerAscii",
    "quote",
    "reverse",
    "size",
    "substring",
    "trim",
    "upperAscii",
];

/// Functions that copy their argument.
const COPIERS: &[&str] = &["of", "ofNonZeroValue"];

impl Rewriter<'_> {
    /// Adds the payments that a call needs. Its arguments are rewritten already.
    pub(super) fn metered(&self, id: u64, mut call: CallExpr) -> IdedExpr {
        let name = call.func_name.clone();
        let paid = |call: CallExpr| IdedExpr {
            id,
            expr: Expr::Call(call),
        };
        match name.as_str() {
            operators::EQUALS if self.may_be_large(&call) => EQUALS.clone_into(&mut call.func_name),
            operators::NOT_EQUALS if self.may_be_large(&call) => {
                DIFFERS.clone_into(&mut call.func_name);
            }
            operators::ADD if self.may_be_large(&call) && !is_accumulation(&call) => {
                ADD.clone_into(&mut call.func_name);
            }
            operators::IN if !is_literal_list(call.args.last()) => {
                WITHIN.clone_into(&mut call.func_name);
            }
            operators::OPT_SELECT | operators::OPT_INDEX => {
                return payment(CHARGED, paid(call));
            }
            operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
                if self.may_be_large(&call) =>
            {
                self.pay_for_arguments(&mut call, READ);
            }
            name if READERS.contains(&name) => self.pay_for_arguments(&mut call, READ),
            name if COPIERS.contains(&name) => self.pay_for_arguments(&mut call, CHARGED),
            name => {
                if let Some((_, metered)) = REPLACED.iter().find(|(known, _)| *known == name) {
                    (*metered).clone_into(&mut call.func_name);
                }
            }
        }
        paid(call)
    }

    /// Whether comparing or adding the sides can be much work. It cannot when one side is constant
    /// or small.
    fn may_be_large(&self, call: &CallExpr) -> bool {
        call.args
            .iter()
            .all(|side| !is_constant(side) && !self.types.of(side).is_small())
    }

    fn pay_for_arguments(&self, call: &mut CallExpr, name: &str) {
        let namespaced = library::is_namespaced(call);
        if let Some(target) = call.target.as_deref_mut().filter(|_| !namespaced) {
            *target = self.paid(std::mem::take(target), name);
        }
        for argument in &mut call.args {
            *argument = self.paid(std::mem::take(argument), name);
        }
    }

    fn paid(&self, part: IdedExpr, name: &str) -> IdedExpr {
        if is_constant(&part) || self.types.of(&part).is_small() {
            return part;
        }
        payment(name, part)
    }

    /// An element of a literal. The evaluator copies it into the list or map.
    pub(super) fn copied(&mut self, element: IdedExpr) -> IdedExpr {
        let element = self.rewrite(element);
        self.paid(element, CHARGED)
    }

    pub(super) fn comprehension(&mut self, mut folded: Box<ComprehensionExpr>) -> Expr {
        let body = syntax_tree::measure(&folded.loop_step).nodes
            + syntax_tree::measure(&folded.loop_cond).nodes;
        let range = self.rewrite(std::mem::take(&mut folded.iter_range));
        let binds = matches!(&range.expr, Expr::List(list) if list.elements.is_empty());
        let body = LiteralValue::Int(i64::try_from(body).unwrap_or(i64::MAX).into());
        folded.iter_range = if binds {
            range
        } else {
            IdedExpr {
                id: range.id,
                ..global_call(LOOPED, vec![range, literal(body)])
            }
        };
        folded.accu_init = self.copied(std::mem::take(&mut folded.accu_init));
        folded.loop_cond = self.rewrite(std::mem::take(&mut folded.loop_cond));
        folded.loop_step = self.rewrite(std::mem::take(&mut folded.loop_step));
        folded.result = self.rewrite(std::mem::take(&mut folded.result));
        Expr::Comprehension(folded)
    }
}

/// A part inside a payment. The payment has the id of the part, since its type is the same.
fn payment(name: &str, part: IdedExpr) -> IdedExpr {
    IdedExpr {
        id: part.id,
        ..global_call(name, vec![part])
    }
}

/// Whether a call is `@result + [e]`. The evaluator recognises that form and appends in place.
fn is_accumulation(call: &CallExpr) -> bool {
    matches!(
        call.args.first().map(|left| &left.expr),
        Some(Expr::Ident(name)) if name == "@result"
    )
}

fn is_literal_list(part: Option<&IdedExpr>) -> bool {
    match part.map(|part| &part.expr) {
        Some(Expr::List(list)) => list.elements.iter().all(is_constant),
        _ => false,
    }
}
