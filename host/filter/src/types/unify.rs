use std::collections::HashMap;

use super::Type;

/// The types found for type variables. The rules are those of cel-go's checker (v0.27,
/// `checker/types.go`): both accept the same expressions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Substitution(HashMap<u32, Type>);

impl Substitution {
    /// Whether the right type may be used where the left is expected. Keeps the types that this
    /// finds for variables.
    pub(crate) fn assign(&mut self, left: &Type, right: &Type) -> bool {
        self.assign_all(std::slice::from_ref(left), std::slice::from_ref(right))
    }

    /// The same for a list of types. Nothing is kept unless all of them fit.
    pub(crate) fn assign_all(&mut self, left: &[Type], right: &[Type]) -> bool {
        let mut attempt = self.clone();
        let fits = left.len() == right.len()
            && left
                .iter()
                .zip(right)
                .all(|(left, right)| attempt.fits(left, right));
        if fits {
            *self = attempt;
        }
        fits
    }

    /// The type with every known variable replaced. An unknown variable stays, or becomes dyn.
    pub(crate) fn apply(&self, of: &Type, unknown_is_dyn: bool) -> Type {
        let inner = |of: &Type| self.apply(of, unknown_is_dyn);
        match of {
            Type::Var(number) => match self.0.get(number) {
                Some(found) => inner(found),
                None if unknown_is_dyn => Type::Dyn,
                None => of.clone(),
            },
            Type::List(element) => Type::list(inner(element)),
            Type::Map(key, value) => Type::map(inner(key), inner(value)),
            Type::Optional(value) => Type::optional(inner(value)),
            Type::Named(named) => Type::of_type(inner(named)),
            other => other.clone(),
        }
    }

    fn fits(&mut self, left: &Type, right: &Type) -> bool {
        if let Type::Var(number) = right {
            let (fits, known) = self.stands_for(left, *number);
            if fits || known {
                return fits;
            }
        }
        if let Type::Var(number) = left {
            return self.stands_for(right, *number).0;
        }
        if left.is_dyn_or_error() || right.is_dyn_or_error() {
            return true;
        }
        match (left, right) {
            (Type::Null, other) | (other, Type::Null) => is_nullable(other),
            (Type::Named(_), Type::Named(_)) => true,
            (Type::List(left), Type::List(right))
            | (Type::Optional(left), Type::Optional(right)) => self.fits(left, right),
            (Type::Map(key, value), Type::Map(other_key, other_value)) => {
                self.fits(key, other_key) && self.fits(value, other_value)
            }
            _ => left == right,
        }
    }

    /// Whether the variable may have the type, and whether its type was known already.
    fn stands_for(&mut self, wanted: &Type, number: u32) -> (bool, bool) {
        let var = Type::Var(number);
        if *wanted == var {
            return (true, true);
        }
        let Some(known) = self.0.get(&number).cloned() else {
            let free = !self.occurs(&var, wanted);
            if free {
                self.0.insert(number, wanted.clone());
            }
            return (free, false);
        };
        if *wanted == known {
            return (true, true);
        }
        if !self.fits(wanted, &known) {
            return (false, true);
        }
        let general = most_general(wanted, &known);
        if !self.occurs(&var, general) {
            self.0.insert(number, general.clone());
        }
        (true, true)
    }

    fn occurs(&self, var: &Type, within: &Type) -> bool {
        if var == within {
            return true;
        }
        match within {
            Type::Var(number) => self
                .0
                .get(number)
                .is_some_and(|found| self.occurs(var, found)),
            Type::List(inner) | Type::Optional(inner) | Type::Named(inner) => {
                self.occurs(var, inner)
            }
            Type::Map(key, value) => self.occurs(var, key) || self.occurs(var, value),
            _ => false,
        }
    }
}

/// Of two types that fit each other, the more general.
pub(crate) fn most_general<'a>(left: &'a Type, right: &'a Type) -> &'a Type {
    if is_as_general(left, right) {
        left
    } else {
        right
    }
}

fn is_as_general(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Dyn | Type::Var(_), _) => true,
        (_, Type::Dyn | Type::Var(_)) => false,
        (Type::List(left), Type::List(right)) | (Type::Optional(left), Type::Optional(right)) => {
            is_as_general(left, right)
        }
        (Type::Map(key, value), Type::Map(other_key, other_value)) => {
            is_as_general(key, other_key) && is_as_general(value, other_value)
        }
        (Type::Named(_), Type::Named(_)) => true,
        _ => left == right,
    }
}

fn is_nullable(of: &Type) -> bool {
    matches!(
        of,
        Type::Null | Type::Optional(_) | Type::Struct(_) | Type::Duration | Type::Timestamp
    )
}
