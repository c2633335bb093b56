//! Static types: how they are written, and which may be used in place of which.

mod runtime_name;
mod signature;
mod unify;

use std::fmt;
use std::sync::Arc;

pub(crate) use signature::Signature;
pub(crate) use unify::{Substitution, most_general};

use crate::declared::{FieldKind, StructType};

/// The static type of a value. Displays as cel-go writes types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A problem was reported. Problems that follow from it are not.
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
    /// The type of a type.
    Named(Arc<Type>),
    Struct(&'static StructType),
    /// A type parameter, as the signature writes it.
    Param(char),
    /// A type parameter in one use of its signature.
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

    /// A JSON object, with any members of any type.
    pub(crate) fn json() -> Self {
        Self::map(Self::String, Self::Dyn)
    }

    pub(crate) fn is_dyn_or_error(&self) -> bool {
        matches!(self, Self::Dyn | Self::Error)
    }

    /// The type inside an optional, and whether this is one.
    pub(crate) fn unwrap_optional(&self) -> (&Self, bool) {
        match self {
            Self::Optional(value) => (value, true),
            other => (other, false),
        }
    }

    /// Whether all values of the type are small, and cheap to copy and compare.
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

    /// The type that an identifier or a qualified name denotes.
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
            FieldKind::Struct(declared) => Self::Struct(declared),
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
