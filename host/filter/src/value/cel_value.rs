use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// The value of an expression. Displays much as CEL would write it.
#[derive(Clone, Debug, PartialEq)]
pub enum CelValue {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    /// A floating-point number. Every number in JSON is one.
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    /// A point in time, up to the last that jiff can hold.
    Timestamp(Timestamp),
    Duration(SignedDuration),
    List(Vec<CelValue>),
    /// A map. Sorted by key when the keys are texts.
    Map(Vec<(CelValue, CelValue)>),
    Optional(Option<Box<CelValue>>),
    /// The name of a type.
    Type(String),
}

impl fmt::Display for CelValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Uint(number) => write!(f, "{number}u"),
            Self::Double(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Self::Timestamp(time) => write!(f, "timestamp(\"{time}\")"),
            Self::Duration(length) => write!(f, "duration(\"{}s\")", length.as_secs_f64()),
            Self::List(list) => {
                f.write_str("[")?;
                for (at, element) in list.iter().enumerate() {
                    write!(f, "{}{element}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Map(map) => {
                f.write_str("{")?;
                for (at, (key, value)) in map.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
            Self::Optional(Some(value)) => write!(f, "optional.of({value})"),
            Self::Optional(None) => f.write_str("optional.none()"),
            Self::Type(name) => f.write_str(name),
        }
    }
}
