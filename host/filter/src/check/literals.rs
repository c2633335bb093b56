//! What Flux asks of literals once all types are known (cel-go v0.27, `cel/validator.go` and
//! `ext/formatting_v2.go`).

use cel::common::ast::{CallExpr, EntryExpr, Expr, ListExpr, LiteralValue, MapExpr};
use cel::{Context, IdedExpr};

use super::Checker;
use crate::environment;
use crate::error::in_words_of_flux;
use crate::tree;
use crate::types::Type;

const FORMAT: &str = "format";

impl<'a> Checker<'a> {
    /// Elements of one literal are of one type, except within what is formatted.
    pub(super) fn literals(&mut self, part: &'a IdedExpr, formatted: bool) {
        match &part.expr {
            Expr::List(list) if !formatted => self.alike_elements(list),
            Expr::Map(map) if !formatted => self.alike_entries(map),
            Expr::Call(call) if call.func_name == FORMAT => self.formats(part, call),
            _ => {}
        }
        let formatted =
            formatted || matches!(&part.expr, Expr::Call(call) if call.func_name == FORMAT);
        for child in tree::children(part) {
            self.literals(child, formatted);
        }
    }

    fn element_type(&self, element: &IdedExpr, optional: bool) -> Type {
        let found = self.type_of(element);
        match optional {
            true => found.unwrap_optional().0.clone(),
            false => found,
        }
    }

    fn alike_elements(&mut self, list: &ListExpr) {
        let mut first: Option<Type> = None;
        for (at, element) in list.elements.iter().enumerate() {
            let found = self.element_type(element, list.optional_indices.contains(&at));
            match &first {
                None => first = Some(found),
                Some(first) if *first == found => {}
                Some(first) => {
                    self.mismatch(element, &first.clone(), &found);
                    break;
                }
            }
        }
    }

    fn alike_entries(&mut self, map: &MapExpr) {
        let mut first: Option<(Type, Type)> = None;
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else {
                continue;
            };
            let key = self.type_of(&entry.key);
            let value = self.element_type(&entry.value, entry.optional);
            let Some((first_key, first_value)) = first.clone() else {
                first = Some((key, value));
                continue;
            };
            if first_key != key {
                self.mismatch(&entry.key, &first_key, &key);
            }
            if first_value != value {
                self.mismatch(&entry.value, &first_value, &value);
            }
        }
    }

    /// Formats values of the arguments' types, so that what can never be formatted is found now.
    fn formats(&mut self, part: &IdedExpr, call: &CallExpr) {
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
        sampled.args = vec![IdedExpr {
            id: 0,
            expr: Expr::List(ListExpr::new(samples)),
        }];
        let sampled = IdedExpr {
            id: 0,
            expr: Expr::Call(sampled),
        };
        let context = Context::with_env(environment::shared().clone());
        if let Err(error) = context.resolve(&sampled) {
            let message = in_words_of_flux(&error);
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

/// Some value of a type; of dyn an integer, which every clause takes.
fn sample(of: &Type) -> IdedExpr {
    let call = |name: &str, argument: LiteralValue| {
        Expr::Call(CallExpr {
            func_name: name.to_owned(),
            target: None,
            args: vec![literal(argument)],
        })
    };
    let expr = match of {
        Type::String => Expr::Literal(LiteralValue::String(String::new().into())),
        Type::Bytes => Expr::Literal(LiteralValue::Bytes(Vec::new().into())),
        Type::Bool => Expr::Literal(LiteralValue::Boolean(true.into())),
        Type::Double => Expr::Literal(LiteralValue::Double(0.0.into())),
        Type::Uint => Expr::Literal(LiteralValue::UInt(0.into())),
        Type::Null => Expr::Literal(LiteralValue::Null),
        Type::List(_) => Expr::List(ListExpr::default()),
        Type::Map(..) => Expr::Map(MapExpr::default()),
        Type::Timestamp => call("timestamp", LiteralValue::Int(0.into())),
        Type::Duration => call("duration", LiteralValue::String("0s".to_owned().into())),
        Type::Named(_) => call("type", LiteralValue::Null),
        Type::Optional(_) => Expr::Call(CallExpr {
            func_name: "optional.none".to_owned(),
            target: None,
            args: Vec::new(),
        }),
        _ => Expr::Literal(LiteralValue::Int(0.into())),
    };
    IdedExpr { id: 0, expr }
}

fn literal(value: LiteralValue) -> IdedExpr {
    IdedExpr {
        id: 0,
        expr: Expr::Literal(value),
    }
}
