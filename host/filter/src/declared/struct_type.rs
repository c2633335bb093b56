/// An object whose members are known before evaluation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StructType {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

impl StructType {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A member of a declared object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) about: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Bool,
    Text,
    Time,
    Texts,
    TextMap,
    Struct(&'static StructType),
    Structs(&'static StructType),
}

pub(super) const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> Field {
    Field { name, kind, about }
}
