use cel::common::ast::{CallExpr, Expr, LiteralValue, SelectExpr, operators};

use super::rewriter::Rewriter;
use crate::functions::HAS;
use crate::syntax_tree::{global_call, literal, literal_text};
use crate::types::Type;
use crate::value::PRESENT;

impl Rewriter<'_> {
    /// An absent member of a declared object reads as empty. Where an expression tests for
    /// presence, the name of the member is marked, so that the object can tell. On any other
    /// value, `has` is our own function.
    pub(super) fn present(&self, mut select: SelectExpr) -> Expr {
        let (of, optional) = self.types.of(&select.operand).unwrap_optional();
        if matches!(of, Type::Struct(_)) {
            if select.test || optional {
                select.field.insert_str(0, PRESENT);
            }
        } else if select.test {
            let field = literal(LiteralValue::String(select.field.into()));
            return global_call(HAS, vec![*select.operand, field]).expr;
        }
        Expr::Select(select)
    }

    pub(super) fn optional_member(&self, call: &mut CallExpr) {
        if call.func_name != operators::OPT_SELECT {
            return;
        }
        let [operand, field] = call.args.as_mut_slice() else {
            return;
        };
        let (of, _) = self.types.of(operand).unwrap_optional();
        if matches!(of, Type::Struct(_))
            && let Some(name) = literal_text(field)
        {
            let name = format!("{PRESENT}{name}");
            field.expr = Expr::Literal(LiteralValue::String(name.into()));
        }
    }
}
