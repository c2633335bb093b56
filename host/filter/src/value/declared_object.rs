use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelString, CelTimestamp, Type};
use cel::common::value::{CowVal, StaticVal, Val};

use super::{List, Map, SharedValue, equal};
use crate::declared::{FieldKind, StructType};

/// Marks the name of a member that is read only if it is present. The compiler adds the mark where
/// an expression tests for presence: the evaluator does not tell that from reading.
pub(crate) const PRESENT: &str = "? ";

/// The evaluator's type of every declared object. Only the check tells them apart.
pub(crate) const OBJECT: Type = Type::new_unspecified_type("bellpull.Object");
static OBJECT_TYPE: Type = OBJECT;

/// An object with declared members. An absent member reads as the empty value of its type.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredObject(Arc<Members>);

#[derive(Debug)]
struct Members {
    declared: &'static StructType,
    /// In the order of the declaration: whether the member is present, and its value.
    values: Vec<(bool, SharedValue)>,
}

impl DeclaredObject {
    /// Calls `value_of` for each declared member. Nothing means that the member is absent.
    pub(crate) fn new(
        declared: &'static StructType,
        mut value_of: impl FnMut(&str) -> Option<SharedValue>,
    ) -> Self {
        let values = declared
            .fields
            .iter()
            .map(|field| match value_of(field.name) {
                Some(value) => (true, value),
                None => (false, empty(field.kind)),
            });
        Self(Arc::new(Members {
            declared,
            values: values.collect(),
        }))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &SharedValue)> {
        let present = self.0.declared.fields.iter().zip(&self.0.values);
        present
            .filter(|(_, (present, _))| *present)
            .map(|(field, (_, node))| (field.name, node))
    }

    fn find(&self, key: &dyn Val) -> Option<&SharedValue> {
        let key = key.downcast_ref::<CelString<'_>>()?.inner();
        let (name, only_present) = match key.strip_prefix(PRESENT) {
            Some(name) => (name, true),
            None => (key, false),
        };
        let at = self
            .0
            .declared
            .fields
            .iter()
            .position(|field| field.name == name)?;
        let (present, node) = self.0.values.get(at)?;
        (*present || !only_present).then_some(node)
    }

    fn get_node(&self, key: &dyn Val) -> Result<&SharedValue, ExecutionError> {
        self.find(key).ok_or_else(|| {
            let key = key.downcast_ref::<CelString<'_>>();
            let key = key.map(|key| key.inner()).unwrap_or_default();
            ExecutionError::no_such_key(key.strip_prefix(PRESENT).unwrap_or(key))
        })
    }
}

fn empty(kind: FieldKind) -> SharedValue {
    match kind {
        FieldKind::Bool => SharedValue::Bool(CelBool::from(false)),
        FieldKind::Text => SharedValue::text(""),
        FieldKind::Time => SharedValue::other(CelTimestamp::from(
            chrono::DateTime::UNIX_EPOCH.fixed_offset(),
        )),
        FieldKind::Texts | FieldKind::Structs(_) => SharedValue::List(List::new(Vec::new())),
        FieldKind::TextMap => SharedValue::Map(Map::new(Vec::new())),
        FieldKind::Struct(declared) => SharedValue::other(DeclaredObject::new(declared, |_| None)),
    }
}

impl Val for DeclaredObject {
    fn get_type(&self) -> &Type {
        &OBJECT_TYPE
    }

    fn cel_type() -> &'static Type {
        &OBJECT_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        let Some(other) = other.downcast_ref::<Self>() else {
            return false;
        };
        self.0.declared == other.0.declared
            && self.0.values.iter().zip(&other.0.values).all(
                |((present, value), (other_present, other_value))| {
                    present == other_present && equal(value.value(), other_value.value())
                },
            )
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn std::any::Any> {
        Some(self)
    }
}

impl StaticVal for DeclaredObject {}

impl Indexer for DeclaredObject {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get_node(key)
            .map(|node| CowVal::Borrowed(node.value()))
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get_node(key).map(|node| node.value().clone_as_boxed())
    }
}
