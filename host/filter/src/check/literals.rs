use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr, ListExpr, MapExpr};

use super::checker::Checker;
use super::format_calls::FORMAT;
use crate::syntax_tree;
use crate::types::Type;

impl<'a> Checker<'a> {
    /// The elements of a literal must have one type, except inside the arguments of `format`. This
    /// is checked once all types are known (cel-go v0.27, `cel/validator.go`).
    pub(super) fn literals(&mut self, part: &'a IdedExpr, formatted: bool) {
        match &part.expr {
            Expr::List(list) if !formatted => self.alike_elements(list),
            Expr::Map(map) if !formatted => self.alike_entries(map),
            Expr::Call(call) if call.func_name == FORMAT => self.formats(part, call),
            _ => {}
        }
        let formatted =
            formatted || matches!(&part.expr, Expr::Call(call) if call.func_name == FORMAT);
        for child in syntax_tree::children(part) {
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
}
