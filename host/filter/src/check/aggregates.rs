use cel::IdedExpr;
use cel::common::ast::{EntryExpr, ListExpr, MapExpr};

use super::checker::Checker;
use crate::types::{Type, most_general};

impl<'a> Checker<'a> {
    pub(super) fn list(&mut self, list: &'a ListExpr) -> Type {
        let mut joined = None;
        for (at, element) in list.elements.iter().enumerate() {
            self.check(element);
            let optional = list.optional_indices.contains(&at);
            let found = self.element(element, optional);
            joined = Some(self.join(joined, found));
        }
        Type::list(joined.unwrap_or_else(|| self.new_var()))
    }

    pub(super) fn map(&mut self, map: &'a MapExpr) -> Type {
        let mut joined: Option<(Type, Type)> = None;
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else {
                continue;
            };
            let (keys, values) = joined.unzip();
            self.check(&entry.key);
            let key = self.type_of(&entry.key);
            let keys = self.join(keys, key);
            self.check(&entry.value);
            let value = self.element(&entry.value, entry.optional);
            joined = Some((keys, self.join(values, value)));
        }
        let (keys, values) = joined.unwrap_or_else(|| (self.new_var(), self.new_var()));
        Type::map(keys, values)
    }

    /// The type that an element adds to its list or map. Marked with `?`, an element adds the type
    /// inside its optional.
    fn element(&mut self, element: &IdedExpr, optional: bool) -> Type {
        let found = self.type_of(element);
        if !optional {
            return found;
        }
        let (value, is_optional) = found.unwrap_optional();
        if !is_optional && !matches!(value, Type::Dyn) {
            self.mismatch(element, &Type::optional(value.clone()), value);
        }
        value.clone()
    }

    /// The common type of elements. Whether they may differ is checked once all types are known.
    fn join(&mut self, earlier: Option<Type>, found: Type) -> Type {
        match earlier {
            None => found,
            Some(earlier) if self.known.assign(&earlier, &found) => {
                most_general(&earlier, &found).clone()
            }
            Some(_) => Type::Dyn,
        }
    }
}
