use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};

use super::checker::Checker;
use crate::library;
use crate::syntax_tree::qualified_name;
use crate::types::{Signature, Type};

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, part: &IdedExpr, call: &'a CallExpr) -> Type {
        let name = call.func_name.as_str();
        if name == operators::OPT_SELECT {
            return self.optional_select(part, call);
        }
        for argument in &call.args {
            self.check(argument);
        }
        if matches!(name, operators::LOGICAL_AND | operators::LOGICAL_OR) {
            return self.logical(call);
        }
        let Some(target) = call.target.as_deref() else {
            return match library::signatures(name) {
                Some(signatures) => self.resolve(part, name, signatures, None, call),
                None => self.undeclared_function(part, name),
            };
        };
        if let Some(prefix) = qualified_name(target) {
            let name = format!("{prefix}.{name}");
            if let Some(signatures) = library::signatures(&name) {
                return self.resolve(part, &name, signatures, None, call);
            }
        }
        self.check(target);
        match library::signatures(name) {
            Some(signatures) => self.resolve(part, name, signatures, Some(target), call),
            None => self.undeclared_function(part, name),
        }
    }

    fn optional_select(&mut self, part: &IdedExpr, call: &'a CallExpr) -> Type {
        if let [operand, field] = call.args.as_slice()
            && let Expr::Literal(LiteralValue::String(field)) = &field.expr
        {
            return self.member(part, operand, field.inner(), true);
        }
        self.problem(part, "unsupported optional field selection".to_owned());
        Type::Error
    }

    fn logical(&mut self, call: &CallExpr) -> Type {
        let mut result = Type::Bool;
        for argument in &call.args {
            let found = self.type_of(argument);
            if !self.known.assign(&found, &Type::Bool) {
                self.mismatch(argument, &Type::Bool, &found);
                result = Type::Error;
            }
        }
        result
    }

    /// The result type of the overloads that fit. When they differ it is dyn.
    fn resolve(
        &mut self,
        part: &IdedExpr,
        name: &str,
        signatures: &[Signature],
        target: Option<&IdedExpr>,
        call: &CallExpr,
    ) -> Type {
        let arguments: Vec<Type> = target
            .into_iter()
            .chain(&call.args)
            .map(|argument| self.type_of(argument))
            .collect();
        let mut result = None;
        for signature in signatures {
            if signature.member != target.is_some() {
                continue;
            }
            let (params, returned) = self.instantiate(signature);
            if !self.known.assign_all(&arguments, &params) {
                continue;
            }
            let returned = self.known.apply(&returned, false);
            result = Some(match result {
                None => returned,
                Some(earlier) if earlier == returned => earlier,
                Some(_) => Type::Dyn,
            });
        }
        result.unwrap_or_else(|| {
            let shown: Vec<String> = arguments
                .iter()
                .map(|argument| self.known.apply(argument, true).to_string())
                .collect();
            let applied = match (target, shown.split_first()) {
                (Some(_), Some((target, rest))) => format!("{target}.({})", rest.join(", ")),
                _ => format!("({})", shown.join(", ")),
            };
            let message = format!("found no matching overload for '{name}' applied to '{applied}'");
            self.problem(part, message);
            Type::Error
        })
    }

    /// The signature with type variables of its own in place of its type parameters.
    fn instantiate(&mut self, signature: &Signature) -> (Vec<Type>, Type) {
        let mut letters: Vec<(char, Type)> = Vec::new();
        let mut params = Vec::with_capacity(signature.params.len());
        for param in &signature.params {
            params.push(self.with_vars(param, &mut letters));
        }
        (params, self.with_vars(&signature.result, &mut letters))
    }

    fn with_vars(&mut self, of: &Type, letters: &mut Vec<(char, Type)>) -> Type {
        match of {
            Type::Param(letter) => {
                if let Some((_, var)) = letters.iter().find(|(known, _)| known == letter) {
                    return var.clone();
                }
                let var = self.new_var();
                letters.push((*letter, var.clone()));
                var
            }
            Type::List(element) => Type::list(self.with_vars(element, letters)),
            Type::Map(key, value) => {
                let key = self.with_vars(key, letters);
                Type::map(key, self.with_vars(value, letters))
            }
            Type::Optional(value) => Type::optional(self.with_vars(value, letters)),
            Type::Named(named) => Type::of_type(self.with_vars(named, letters)),
            other => other.clone(),
        }
    }
}
