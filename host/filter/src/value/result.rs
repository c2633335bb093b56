use std::fmt;

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelDuration, CelInt, CelNull, CelOptional, CelString,
    CelTimestamp, CelType, CelUInt, Kind,
};
use cel::common::value::Val;
use jiff::{SignedDuration, Timestamp};

use super::Object;

/// What an expression comes to. Displays much as CEL would write it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A floating number; every number of JSON is one.
    Double(f64),
    /// Text.
    String(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A point in time; at most jiff's last.
    Timestamp(Timestamp),
    /// A length of time.
    Duration(SignedDuration),
    /// A list.
    List(Vec<Value>),
    /// A map; sorted by key when its keys are texts.
    Map(Vec<(Value, Value)>),
    /// An optional.
    Optional(Option<Box<Value>>),
    /// A type, by its name.
    Type(String),
}

impl Value {
    /// A copy of a value of the evaluator.
    pub(crate) fn of(value: &dyn Val) -> Self {
        Self::scalar(value)
            .or_else(|| Self::object(value))
            .or_else(|| Self::collection(value))
            .unwrap_or(Self::Null)
    }

    fn scalar(value: &dyn Val) -> Option<Self> {
        if value.downcast_ref::<CelNull>().is_some() {
            return Some(Self::Null);
        }
        if let Some(truth) = value.downcast_ref::<CelBool>() {
            return Some(Self::Bool(*truth.inner()));
        }
        if let Some(number) = value.downcast_ref::<CelInt>() {
            return Some(Self::Int(*number.inner()));
        }
        if let Some(number) = value.downcast_ref::<CelUInt>() {
            return Some(Self::Uint(*number.inner()));
        }
        if let Some(number) = value.downcast_ref::<CelDouble>() {
            return Some(Self::Double(*number.inner()));
        }
        if let Some(text) = value.downcast_ref::<CelString<'_>>() {
            return Some(Self::String(text.inner().to_owned()));
        }
        if let Some(bytes) = value.downcast_ref::<CelBytes<'_>>() {
            return Some(Self::Bytes(bytes.inner().to_vec()));
        }
        if let Some(named) = value.downcast_ref::<CelType>() {
            return Some(Self::Type(named.name().to_owned()));
        }
        if let Some(time) = value.downcast_ref::<CelTimestamp>() {
            let time = time.inner();
            let nanoseconds = i32::try_from(time.timestamp_subsec_nanos()).ok()?;
            return Timestamp::new(time.timestamp(), nanoseconds)
                .ok()
                .map(Self::Timestamp);
        }
        let length = value.downcast_ref::<CelDuration>()?.inner();
        Some(Self::Duration(SignedDuration::new(
            length.num_seconds(),
            length.subsec_nanos(),
        )))
    }

    fn object(value: &dyn Val) -> Option<Self> {
        let object = value.downcast_ref::<Object>()?;
        let entry = |(name, node): (&str, &super::Node)| {
            (Self::String(name.to_owned()), Self::of(node.value()))
        };
        Some(Self::Map(object.fields().map(entry).collect()))
    }

    fn collection(value: &dyn Val) -> Option<Self> {
        if let Some(optional) = value.downcast_ref::<CelOptional<'_>>() {
            return Some(Self::Optional(
                optional.option().map(|value| Box::new(Self::of(value))),
            ));
        }
        let mut parts = value.as_iterable()?.iter();
        if value.get_type().kind() == Kind::List {
            let mut list = Vec::new();
            while let Some(element) = parts.next() {
                list.push(Self::of(element));
            }
            return Some(Self::List(list));
        }
        let values = value.as_indexer()?;
        let mut map = Vec::new();
        while let Some(key) = parts.next() {
            let value = values.get(key).ok()?;
            map.push((Self::of(key), Self::of(value.as_ref())));
        }
        map.sort_by(|(left, _), (right, _)| left.text().cmp(&right.text()));
        Some(Self::Map(map))
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
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
