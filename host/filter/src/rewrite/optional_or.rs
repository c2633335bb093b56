use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, ListExpr, LiteralValue, operators};

use super::constant_name::is_constant;
use crate::syntax_tree::{global_call, ident, literal, member_call, synthetic};

/// The name of the optional while the alternative is evaluated.
const OPTIONAL: &str = "@optional";

/// `x.orValue(y)` and `x.or(y)`: Flux evaluates `y` only if `x` has no value. The evaluator has no
/// binding, so a loop that does not run binds `x`.
pub(super) fn lazily(id: u64, mut call: CallExpr) -> Result<IdedExpr, CallExpr> {
    let unwraps = match call.func_name.as_str() {
        "orValue" => true,
        "or" => false,
        _ => return Err(call),
    };
    if call.args.len() != 1 || call.args.iter().all(is_constant) {
        return Err(call);
    }
    let (Some(optional), Some(alternative)) = (call.target.take(), call.args.pop()) else {
        return Err(call);
    };
    let found = match unwraps {
        true => member_call(ident(OPTIONAL), "value"),
        false => ident(OPTIONAL),
    };
    let result = global_call(
        operators::CONDITIONAL,
        vec![member_call(ident(OPTIONAL), "hasValue"), found, alternative],
    );
    let bound = ComprehensionExpr {
        iter_range: synthetic(Expr::List(ListExpr::default())),
        iter_var: "@unused".to_owned(),
        iter_var2: None,
        accu_var: OPTIONAL.to_owned(),
        accu_init: *optional,
        loop_cond: literal(LiteralValue::Boolean(false.into())),
        loop_step: ident(OPTIONAL),
        result,
    };
    Ok(IdedExpr {
        id,
        expr: Expr::Comprehension(Box::new(bound)),
    })
}
