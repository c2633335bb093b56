use cel::common::ast::{CallExpr, Expr};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, ExecutionError, IdedExpr};

use super::constant_name::{constant_index, constant_name, is_constant};
use super::rewriter::Rewriter;
use crate::evaluation_error::flux_message;
use crate::functions::{
    AutomatonBudget, CONVERTED, INTO_REF, MATCHES, ON_REF, PathRules, Re2Pattern, RefGlobs, TOUCHES,
};
use crate::syntax_tree::{ident, literal_text};
use crate::{environment, meter};

/// The functions that Flux evaluates at compile time when their argument is constant (cel-go
/// v0.27, `interpreter/decorators.go`).
const CONVERSIONS: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "int",
    "string",
    "timestamp",
    "uint",
];

impl Rewriter<'_> {
    /// The value of a call that does not depend on the delivery. Any other call is returned with
    /// its patterns compiled.
    pub(super) fn evaluated(&mut self, id: u64, mut call: CallExpr) -> Result<IdedExpr, CallExpr> {
        match call.func_name.as_str() {
            "matches" => self.compile_pattern(&mut call),
            ON_REF | INTO_REF => self.compile_texts(id, &mut call, RefGlobs::new),
            TOUCHES => self.compile_texts(id, &mut call, PathRules::new),
            name => {
                let converts = CONVERSIONS.contains(&name);
                if let Some((_, ours)) = CONVERTED.iter().find(|(known, _)| *known == name) {
                    (*ours).clone_into(&mut call.func_name);
                }
                if let (true, None, [argument]) = (converts, &call.target, call.args.as_slice())
                    && is_constant(argument)
                {
                    return Ok(self.convert(id, call));
                }
            }
        }
        Err(call)
    }

    fn keep(&mut self, constant: Box<dyn Val>) -> IdedExpr {
        self.constants.push(constant);
        ident(constant_name(self.constants.len() - 1))
    }

    fn convert(&mut self, id: u64, call: CallExpr) -> IdedExpr {
        let part = IdedExpr {
            id,
            expr: Expr::Call(call),
        };
        let value = self.value_of(&part);
        match value {
            Ok(value) => IdedExpr {
                id,
                ..self.keep(value)
            },
            Err(error) => {
                self.problem(id, flux_message(&error));
                part
            }
        }
    }

    fn value_of(&self, part: &IdedExpr) -> Result<Box<dyn Val>, ExecutionError> {
        let constants = Constants(&self.constants);
        let mut context = Context::with_env(environment::shared().clone());
        context.set_variable_resolver(&constants);
        // The source bounds the size of constants.
        let value = meter::with_steps(u64::MAX, || context.resolve(part)?.try_into());
        value.unwrap_or_else(|| Err(ExecutionError::missing_argument_or_target()))
    }

    /// `text.matches(expression)` or `matches(text, expression)`.
    fn compile_pattern(&mut self, call: &mut CallExpr) {
        MATCHES.clone_into(&mut call.func_name);
        call.args
            .splice(0..0, call.target.take().map(|target| *target));
        let Some(expression) = call.args.last_mut() else {
            return;
        };
        let Some(text) = literal_text(expression) else {
            return;
        };
        match Re2Pattern::new(text, &mut self.budget) {
            Ok(pattern) => {
                let id = expression.id;
                *expression = IdedExpr {
                    id,
                    ..self.keep(Box::new(pattern))
                };
            }
            Err(message) => {
                let at = expression.id;
                self.problem(at, message);
            }
        }
    }

    /// Patterns that are all literals become one compiled value.
    fn compile_texts<C: Val + 'static>(
        &mut self,
        id: u64,
        call: &mut CallExpr,
        compile: impl Fn(&[&str], &mut AutomatonBudget) -> Result<C, String>,
    ) {
        let texts: Option<Vec<&str>> = call.args.iter().map(literal_text).collect();
        let Some(texts) = texts else {
            // The literals among them are checked even so.
            let written: Vec<(u64, String)> = call
                .args
                .iter()
                .filter_map(|argument| {
                    let text = literal_text(argument)?;
                    let error = compile(&[text], &mut AutomatonBudget::of_a_call()).err()?;
                    Some((argument.id, error))
                })
                .collect();
            for (at, message) in written {
                self.problem(at, message);
            }
            return;
        };
        match compile(&texts, &mut self.budget) {
            Ok(compiled) => call.args = vec![self.keep(Box::new(compiled))],
            Err(message) => {
                let culprit = call.args.iter().find(|argument| {
                    literal_text(argument).is_some_and(|text| {
                        compile(&[text], &mut AutomatonBudget::of_a_call()).is_err()
                    })
                });
                let at = culprit.map_or(id, |argument| argument.id);
                self.problem(at, message);
            }
        }
    }
}

/// The constants that are known so far, by name.
struct Constants<'a>(&'a [Box<dyn Val>]);

impl VariableResolver for Constants<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let constant = self.0.get(constant_index(variable)?)?;
        Some(CowVal::Borrowed(constant.as_ref()))
    }
}
