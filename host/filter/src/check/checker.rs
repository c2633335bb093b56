use std::collections::HashMap;

use cel::IdedExpr;
use cel::common::ast::{ComprehensionExpr, Expr, LiteralValue, SourceInfo};

use crate::invalid_expression::{ExpressionProblem, InvalidExpression, ProblemKind, ProblemList};
use crate::parse::Parsed;
use crate::position::SourcePosition;
use crate::scope::{ExpectedResult, ExpressionScope};
use crate::types::{Substitution, Type};

/// The types of an expression's parts, by their ids.
pub(crate) struct Types(HashMap<u64, Type>);

impl Types {
    /// The type of a checked part. Of any other part, dyn.
    pub(crate) fn of(&self, part: &IdedExpr) -> &Type {
        self.0.get(&part.id).unwrap_or(&Type::Dyn)
    }
}

/// # Errors
/// With everything that is wrong with the expression, in the order of the source.
pub(crate) fn check(
    source: &str,
    parsed: &Parsed,
    scope: &ExpressionScope,
) -> Result<Types, InvalidExpression> {
    let mut checker = Checker {
        source,
        source_info: &parsed.source_info,
        scope,
        locals: Vec::new(),
        types: HashMap::new(),
        known: Substitution::default(),
        vars: 0,
        problems: ProblemList::default(),
    };
    checker.check(&parsed.tree);
    checker.finish(&parsed.tree)
}

pub(super) struct Checker<'a> {
    source: &'a str,
    source_info: &'a SourceInfo,
    pub(super) scope: &'a ExpressionScope,
    /// The variables of macros, the innermost last.
    pub(super) locals: Vec<(&'a str, Type)>,
    types: HashMap<u64, Type>,
    pub(super) known: Substitution,
    vars: u32,
    problems: ProblemList,
}

impl<'a> Checker<'a> {
    fn finish(mut self, tree: &'a IdedExpr) -> Result<Types, InvalidExpression> {
        if self.problems.is_empty() {
            let types = std::mem::take(&mut self.types).into_iter();
            self.types = types
                .map(|(id, of)| (id, self.known.apply(&of, true)))
                .collect();
            self.literals(tree, false);
        }
        let result = self.type_of(tree);
        if self.problems.is_empty()
            && self.scope.result == ExpectedResult::Bool
            && result != Type::Bool
        {
            let message = format!(
                "CEL expression output type mismatch: expected bool, got {}",
                result.runtime_name()
            );
            return Err(InvalidExpression::whole(message, ProblemKind::Result));
        }
        self.problems.into_result().map(|()| Types(self.types))
    }

    pub(super) fn problem(&mut self, at: &IdedExpr, message: String) {
        let (source, source_info) = (self.source, self.source_info);
        self.problems.add(|| ExpressionProblem {
            message,
            position: Some(SourcePosition::of_part(source, source_info, at.id)),
            kind: ProblemKind::Expression,
        });
    }

    pub(super) fn type_of(&self, part: &IdedExpr) -> Type {
        self.types.get(&part.id).cloned().unwrap_or(Type::Error)
    }

    pub(super) fn new_var(&mut self) -> Type {
        self.vars += 1;
        Type::Var(self.vars)
    }

    pub(super) fn check(&mut self, part: &'a IdedExpr) {
        let found = match &part.expr {
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) => self.identifier(part, name),
            Expr::Select(select) => self.select(part, select),
            Expr::Call(call) => self.call(part, call),
            Expr::List(list) => self.list(list),
            Expr::Map(map) => self.map(map),
            Expr::Comprehension(folded) => self.comprehension(part, folded),
            Expr::Struct(made) => {
                let message = format!("undeclared reference to '{}'", made.type_name);
                self.problem(part, message);
                Type::Error
            }
            Expr::Unspecified => {
                self.problem(part, "Syntax error".to_owned());
                Type::Error
            }
        };
        self.types.insert(part.id, found);
    }

    fn comprehension(&mut self, part: &'a IdedExpr, folded: &'a ComprehensionExpr) -> Type {
        self.refuse_later_macro(part);
        self.check(&folded.iter_range);
        self.check(&folded.accu_init);
        let range = self.known.apply(&self.type_of(&folded.iter_range), false);
        let accumulated = self.type_of(&folded.accu_init);
        let element = match &range {
            Type::List(element) => (**element).clone(),
            Type::Map(key, _) => (**key).clone(),
            Type::Dyn | Type::Error | Type::Var(_) => {
                self.known.assign(&Type::Dyn, &range);
                Type::Dyn
            }
            other => {
                let message = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be \
                     list, map, or dynamic)"
                );
                self.problem(&folded.iter_range, message);
                Type::Error
            }
        };
        self.locals.push((&folded.accu_var, accumulated.clone()));
        self.locals.push((&folded.iter_var, element));
        self.check(&folded.loop_cond);
        self.expect(&folded.loop_cond, &Type::Bool);
        self.check(&folded.loop_step);
        self.expect(&folded.loop_step, &accumulated);
        self.locals.pop();
        self.check(&folded.result);
        self.locals.pop();
        self.known.apply(&self.type_of(&folded.result), false)
    }

    /// The parser expands a macro that the parser of Flux does not have yet. Only the source tells.
    fn refuse_later_macro(&mut self, part: &IdedExpr) {
        const LATER: &str = "existsOne";
        let offset = self
            .source_info
            .offset_for(part.id)
            .map_or(0, |(start, _)| start);
        let before = usize::try_from(offset)
            .ok()
            .and_then(|end| self.source.get(..end));
        if before.is_some_and(|text| text.trim_end().ends_with(LATER)) {
            let message = format!("undeclared reference to '{LATER}' (did you mean 'exists_one'?)");
            self.problem(part, message);
        }
    }

    fn expect(&mut self, part: &IdedExpr, wanted: &Type) {
        let found = self.type_of(part);
        if !self.known.assign(wanted, &found) {
            self.mismatch(part, wanted, &found);
        }
    }

    pub(super) fn mismatch(&mut self, part: &IdedExpr, wanted: &Type, found: &Type) {
        let (wanted, found) = (
            self.known.apply(wanted, true),
            self.known.apply(found, true),
        );
        self.problem(
            part,
            format!("expected type '{wanted}' but found '{found}'"),
        );
    }
}

fn of_literal(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Bytes(_) => Type::Bytes,
        LiteralValue::Double(_) => Type::Double,
        LiteralValue::Int(_) => Type::Int,
        LiteralValue::Null => Type::Null,
        LiteralValue::String(_) => Type::String,
        LiteralValue::UInt(_) => Type::Uint,
    }
}
