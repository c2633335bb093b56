//! Converts between values of the evaluator and the values of expressions.

use std::collections::HashMap;

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelDuration, CelInt, CelMap, CelMapKey, CelNull, CelOptional,
    CelString, CelTimestamp, CelType, CelUInt, Kind, Type,
};
use cel::common::value::Val;
use jiff::{SignedDuration, Timestamp};

use super::{CelValue, DeclaredObject, List, Map, SharedValue};

impl CelValue {
    /// Copies a value of the evaluator.
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
        let object = value.downcast_ref::<DeclaredObject>()?;
        let entry = |(name, node): (&str, &SharedValue)| {
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

impl From<&serde_json::Value> for CelValue {
    fn from(value: &serde_json::Value) -> Self {
        Self::of(SharedValue::from(value).value())
    }
}

impl From<&CelValue> for SharedValue {
    fn from(value: &CelValue) -> Self {
        match value {
            CelValue::Null => Self::Null(CelNull),
            CelValue::Bool(truth) => Self::Bool(CelBool::from(*truth)),
            CelValue::Int(number) => Self::other(CelInt::from(*number)),
            CelValue::Uint(number) => Self::other(CelUInt::from(*number)),
            CelValue::Double(number) => Self::Number(CelDouble::from(*number)),
            CelValue::String(text) => Self::text(text.as_str()),
            CelValue::Bytes(bytes) => Self::other(CelBytes::from(bytes.clone())),
            CelValue::Timestamp(time) => Self::other(time_of(*time)),
            CelValue::Duration(length) => Self::other(length_of(*length)),
            CelValue::List(list) => Self::List(List::new(list.iter().map(Self::from).collect())),
            CelValue::Map(map) => Self::map(map),
            CelValue::Optional(value) => Self::other(match value {
                Some(value) => CelOptional::of(Self::from(value.as_ref()).into_boxed()),
                None => CelOptional::none(),
            }),
            CelValue::Type(name) => {
                Self::other(CelType::from(&Type::new_opaque_type(name.clone())))
            }
        }
    }
}

impl SharedValue {
    /// A map with keys of any type.
    fn map(map: &[(CelValue, CelValue)]) -> Self {
        let texts: Option<Vec<(String, Self)>> = map
            .iter()
            .map(|(key, value)| match key {
                CelValue::String(key) => Some((key.clone(), Self::from(value))),
                _ => None,
            })
            .collect();
        if let Some(entries) = texts {
            return Self::Map(Map::new(entries));
        }
        let entries: HashMap<CelMapKey<'static>, Box<dyn Val>> = map
            .iter()
            .filter_map(|(key, value)| {
                let key = CelMapKey::try_from(Self::from(key).into_boxed()).ok()?;
                Some((key, Self::from(value).into_boxed()))
            })
            .collect();
        Self::other(CelMap::from(entries))
    }
}

fn time_of(time: Timestamp) -> CelTimestamp {
    let nanoseconds = u32::try_from(time.subsec_nanosecond()).unwrap_or_default();
    let time = chrono::DateTime::from_timestamp(time.as_second(), nanoseconds);
    CelTimestamp::from(time.unwrap_or_default().fixed_offset())
}

fn length_of(length: SignedDuration) -> CelDuration {
    CelDuration::from(
        chrono::Duration::seconds(length.as_secs())
            + chrono::Duration::nanoseconds(length.subsec_nanos().into()),
    )
}
