use cel::common::ast::{CallExpr, Expr, ListExpr, LiteralValue, MapExpr};
use cel::{Context, IdedExpr};

use super::checker::Checker;
use crate::environment;
use crate::evaluation_error::flux_message;
use crate::syntax_tree::{global_call, literal, synthetic};
use crate::types::Type;

pub(super) const FORMAT: &str = "format";

impl Checker<'_> {
    /// Formats a sample of each argument's type, so that a call that can never succeed is found
    /// before it is evaluated (cel-go v0.27, `ext/formatting_v2.go`).
    pub(super) fn formats(&mut self, part: &IdedExpr, call: &CallExpr) {
        let text = call.target.as_deref().map(|target| &target.expr);
        let arguments = call.args.first().map(|arguments| &arguments.expr);
        let (Some(Expr::Literal(LiteralValue::String(text))), Some(Expr::List(arguments))) =
            (text, arguments)
        else {
            return;
        };
        let samples = arguments.elements.iter();
        let samples = samples
            .map(|argument| sample(&self.type_of(argument)))
            .collect();
        let mut sampled = call.clone();
        sampled.args = vec![synthetic(Expr::List(ListExpr::new(samples)))];
        let sampled = synthetic(Expr::Call(sampled));
        let context = Context::with_env(environment::shared().clone());
        if let Err(error) = context.resolve(&sampled) {
            let message = flux_message(&error);
            self.problem(part, message);
            return;
        }
        let clauses = text.inner().replace("%%", "").matches('%').count();
        let given = arguments.elements.len();
        if given > clauses {
            let message = format!(
                "too many arguments supplied to string.format (expected {clauses}, got {given})"
            );
            self.problem(part, message);
        }
    }
}

/// Some value of a type. For dyn it is an integer, which every clause takes.
fn sample(of: &Type) -> IdedExpr {
    let call = |name: &str, argument| global_call(name, vec![literal(argument)]);
    match of {
        Type::String => literal(LiteralValue::String(String::new().into())),
        Type::Bytes => literal(LiteralValue::Bytes(Vec::new().into())),
        Type::Bool => literal(LiteralValue::Boolean(true.into())),
        Type::Double => literal(LiteralValue::Double(0.0.into())),
        Type::Uint => literal(LiteralValue::UInt(0.into())),
        Type::Null => literal(LiteralValue::Null),
        Type::List(_) => synthetic(Expr::List(ListExpr::default())),
        Type::Map(..) => synthetic(Expr::Map(MapExpr::default())),
        Type::Timestamp => call("timestamp", LiteralValue::Int(0.into())),
        Type::Duration => call("duration", LiteralValue::String("0s".to_owned().into())),
        Type::Named(_) => call("type", LiteralValue::Null),
        Type::Optional(_) => global_call("optional.none", Vec::new()),
        _ => literal(LiteralValue::Int(0.into())),
    }
}
