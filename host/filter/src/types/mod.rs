//! Static types, how they are written, and which value may stand where.

mod runtime_name;
mod signature;
mod unify;

use std::fmt;
use std::sync::Arc;

pub(crate) use signature::Signature;
pub(crate) use unify::{Substitution, most_general};

use crate::declared::{FieldKind, StructType};

/// What is known of a value before evaluation. Displays as cel-go writes types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A problem has been reported; what follows from it is not.
    Error,
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    List(Arc<Type>),
    Map(Arc<Type>, Arc<Type>),
    Optional(Arc<Type>),
    /// A type as a value.
    Named(Arc<Type>),
    Struct(&'static StructType),
    /// A parameter of a signature, as written.
    Param(char),
    /// A parameter in one use of a signature.
    Var(u32),
}

impl Type {
    pub(crate) fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    pub(crate) fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new(key), Arc::new(value))
    }

    pub(crate) fn optional(value: Self) -> Self {
        Self::Optional(Arc::new(value))
    }

    pub(crate) fn of_type(named: Self) -> Self {
        Self::Named(Arc::new(named))
    }

    /// Flux's dynamic structs: any member, of any type.
    pub(crate) fn json() -> Self {
        Self::map(Self::String, Self::Dyn)
    }

    pub(crate) fn is_dyn_or_error(&self) -> bool {
        matches!(self, Self::Dyn | Self::Error)
    }

    /// The value's type of an optional, and whether it is one.
    pub(crate) fn unwrap_optional(&self) -> (&Self, bool) {
        match self {
            Self::Optional(value) => (value, true),
            other => (other, false),
        }
    }

    /// Whether values take a fixed small space and compare in no time.
    pub(crate) fn is_small(&self) -> bool {
        matches!(
            self,
            Self::Null
                | Self::Bool
                | Self::Int
                | Self::Uint
                | Self::Double
                | Self::Timestamp
                | Self::Duration
                | Self::Named(_)
        )
    }

    /// The type that an identifier or a qualified name stands for.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "bytes" => Self::Bytes,
            "double" => Self::Double,
            "google.protobuf.Duration" => Self::Duration,
            "google.protobuf.Timestamp" => Self::Timestamp,
            "int" => Self::Int,
            "list" => Self::list(Self::Dyn),
            "map" => Self::map(Self::Dyn, Self::Dyn),
            "null_type" => Self::Null,
            "optional_type" => Self::optional(Self::Dyn),
            "string" => Self::String,
            "type" => Self::of_type(Self::Dyn),
            "uint" => Self::Uint,
            _ => return None,
        })
    }
}

impl From<FieldKind> for Type {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Bool => Self::Bool,
            FieldKind::Text => Self::String,
            FieldKind::Time => Self::Timestamp,
            FieldKind::Texts => Self::list(Self::String),
            FieldKind::TextMap => Self::map(Self::String, Self::String),
            FieldKind::Structs(element) => Self::list(Self::Struct(element)),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error => f.write_str("!error!"),
            Self::Dyn => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Duration => f.write_str("duration"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Optional(value) => write!(f, "optional_type({value})"),
            Self::Named(named) => write!(f, "type({named})"),
            Self::Struct(declared) => f.write_str(declared.name),
            Self::Param(letter) => write!(f, "{letter}"),
            Self::Var(number) => write!(f, "_var{number}"),
        }
    }
}
