use cel::IdedExpr;
use cel::common::ast::Expr;

/// How the rewritten tree names a constant. No expression can write such a name.
pub(super) fn constant_name(index: usize) -> String {
    format!("@{index}")
}

/// The index of the constant with that name.
pub(crate) fn constant_index(name: &str) -> Option<usize> {
    name.strip_prefix('@')?.parse().ok()
}

/// Whether a part is the same in every evaluation.
pub(super) fn is_constant(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Literal(_) => true,
        Expr::Ident(name) => constant_index(name).is_some(),
        _ => false,
    }
}
