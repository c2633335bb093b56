use cel::IdedExpr;
use cel::common::ast::Expr;

/// The name of a constant in the rewritten tree. No expression can contain such a name.
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
