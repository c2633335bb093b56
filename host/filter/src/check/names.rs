use bellpull_core::text;
use cel::IdedExpr;
use cel::common::ast::SelectExpr;

use super::checker::Checker;
use crate::declared::StructType;
use crate::library;
use crate::syntax_tree::qualified_name;
use crate::types::Type;

impl<'a> Checker<'a> {
    pub(super) fn identifier(&mut self, part: &IdedExpr, name: &str) -> Type {
        let absolute = name.strip_prefix('.');
        let local = self.locals.iter().rev().find(|(local, _)| *local == name);
        if let Some((_, found)) = local {
            return found.clone();
        }
        let root = absolute.unwrap_or(name);
        if let Some(variable) = self.scope.variable(root) {
            return variable.declared();
        }
        if let Some(named) = Type::named(root) {
            return Type::of_type(named);
        }
        let locals = self.locals.iter().map(|(local, _)| *local);
        let variables = self.scope.variables.iter().map(|variable| variable.name);
        let known = locals
            .filter(|local| !local.starts_with(['@', '#']))
            .chain(variables);
        let message = undeclared(root, known);
        self.problem(part, message);
        Type::Error
    }

    pub(super) fn select(&mut self, part: &IdedExpr, select: &'a SelectExpr) -> Type {
        if !select.test
            && let Some(name) = qualified_name(part)
            && let Some(named) = Type::named(&name)
        {
            return Type::of_type(named);
        }
        let found = self.member(part, &select.operand, &select.field, false);
        if select.test { Type::Bool } else { found }
    }

    /// The type of a member. Selected from an optional, or as one, it is an optional.
    pub(super) fn member(
        &mut self,
        part: &IdedExpr,
        operand: &'a IdedExpr,
        field: &str,
        optional: bool,
    ) -> Type {
        self.check(operand);
        let of = self.known.apply(&self.type_of(operand), false);
        let (of, from_optional) = of.unwrap_optional();
        let found = match of {
            Type::Map(_, value) => (**value).clone(),
            Type::Struct(declared) => self.declared_member(part, declared, field),
            Type::Dyn | Type::Error => Type::Dyn,
            Type::Var(_) => {
                self.known.assign(&Type::Dyn, of);
                Type::Dyn
            }
            other => {
                let message = format!("type '{other}' does not support field selection");
                self.problem(part, message);
                Type::Dyn
            }
        };
        let found = self.known.apply(&found, false);
        if optional || from_optional {
            return Type::optional(found);
        }
        found
    }

    fn declared_member(&mut self, part: &IdedExpr, declared: &StructType, name: &str) -> Type {
        if let Some(field) = declared.field(name) {
            return field.kind.into();
        }
        let fields = declared.fields.iter().map(|field| field.name);
        let message = format!("undefined field '{name}'{}", suggestion(name, fields));
        self.problem(part, message);
        Type::Error
    }

    pub(super) fn undeclared_function(&mut self, part: &IdedExpr, name: &str) -> Type {
        let functions = library::functions().map(|function| function.name);
        let message = undeclared(name, functions);
        self.problem(part, message);
        Type::Error
    }
}

fn undeclared<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    format!(
        "undeclared reference to '{name}'{}",
        suggestion(name, known)
    )
}

fn suggestion<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    text::nearest(name, known).map_or_else(String::new, |nearest| {
        format!(" (did you mean '{nearest}'?)")
    })
}
