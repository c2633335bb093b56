use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, ListExpr, LiteralValue, operators};

use super::{global_call, ident, is_constant};

/// The optional of a call, while its alternative is evaluated.
const OPTIONAL: &str = "@optional";

/// `x.orValue(y)` and `x.or(y)`, where Flux evaluates `y` only if `x` has no value. The evaluator
/// has a loop that does not run for a binding.
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
        true => member_call("value"),
        false => ident(OPTIONAL.to_owned()),
    };
    let result = global_call(
        operators::CONDITIONAL,
        vec![member_call("hasValue"), found, alternative],
    );
    let bound = ComprehensionExpr {
        iter_range: IdedExpr {
            id: 0,
            expr: Expr::List(ListExpr::default()),
        },
        iter_var: "@unused".to_owned(),
        iter_var2: None,
        accu_var: OPTIONAL.to_owned(),
        accu_init: *optional,
        loop_cond: IdedExpr {
            id: 0,
            expr: Expr::Literal(LiteralValue::Boolean(false.into())),
        },
        loop_step: ident(OPTIONAL.to_owned()),
        result,
    };
    Ok(IdedExpr {
        id,
        expr: Expr::Comprehension(Box::new(bound)),
    })
}

fn member_call(name: &str) -> IdedExpr {
    IdedExpr {
        id: 0,
        expr: Expr::Call(CallExpr {
            func_name: name.to_owned(),
            target: Some(Box::new(ident(OPTIONAL.to_owned()))),
            args: Vec::new(),
        }),
    }
}
