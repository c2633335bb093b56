use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelDuration, CelInt, CelMap, CelMapKey, CelNull, CelOptional,
    CelString, CelTimestamp, CelType, CelUInt, Type,
};
use cel::common::value::Val;
use jiff::{SignedDuration, Timestamp};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{List, Map, Value};

/// A value that is made once and read by many evaluations. Copies share what it holds: the
/// evaluator copies the elements of what it loops over.
#[derive(Debug)]
pub(crate) enum Node {
    Null(CelNull),
    Bool(CelBool),
    Number(CelDouble),
    Text(CelString<'static>),
    List(List),
    Map(Map),
    Other(Box<dyn Val>),
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(CelString::from(text.into()))
    }

    pub(crate) fn texts(texts: &[String]) -> Self {
        Self::List(List::new(
            texts.iter().map(|text| Self::text(text.as_str())).collect(),
        ))
    }

    pub(crate) fn other(value: impl Val + 'static) -> Self {
        Self::Other(Box::new(value))
    }

    pub(crate) fn value(&self) -> &(dyn Val + 'static) {
        match self {
            Self::Null(null) => null,
            Self::Bool(truth) => truth,
            Self::Number(number) => number,
            Self::Text(text) => text,
            Self::List(list) => list,
            Self::Map(map) => map,
            Self::Other(other) => other.as_ref(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let too_deep = Cell::new(false);
        Json::within(usize::MAX, &too_deep).deserialize(deserializer)
    }
}

/// JSON as Flux sees it: every number is a double.
#[derive(Clone, Copy)]
pub(crate) struct Json<'t> {
    /// How many values may be nested in one another, this one among them.
    depth: usize,
    too_deep: &'t Cell<bool>,
}

impl<'t> Json<'t> {
    /// What is nested `depth` deep at most; `too_deep` says whether that is why it cannot be read.
    pub(crate) fn within(depth: usize, too_deep: &'t Cell<bool>) -> Self {
        Self { depth, too_deep }
    }

    /// Of what is in this value.
    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => {
                self.too_deep.set(true);
                Err(E::custom("it is nested too deep"))
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Json<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Json<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null(CelNull))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Bool(CelBool::from(truth)))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a number of JSON is a double in Flux, whatever its digits"
    )]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        self.visit_f64(number as f64)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a number of JSON is a double in Flux, whatever its digits"
    )]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(CelDouble::from(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::text(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(Node::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            list.push(element);
        }
        Ok(Node::List(List::new(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut map = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            map.push((name, members.next_value_seed(inner)?));
        }
        Ok(Node::Map(Map::new(map)))
    }
}

impl Node {
    /// A value that an expression came to, to be read by others.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null(CelNull),
            Value::Bool(truth) => Self::Bool(CelBool::from(*truth)),
            Value::Int(number) => Self::other(CelInt::from(*number)),
            Value::Uint(number) => Self::other(CelUInt::from(*number)),
            Value::Double(number) => Self::Number(CelDouble::from(*number)),
            Value::String(text) => Self::text(text.as_str()),
            Value::Bytes(bytes) => Self::other(CelBytes::from(bytes.clone())),
            Value::Timestamp(time) => Self::other(time_of(*time)),
            Value::Duration(length) => Self::other(length_of(*length)),
            Value::List(list) => Self::List(List::new(list.iter().map(Self::of).collect())),
            Value::Map(map) => Self::map(map),
            Value::Optional(value) => Self::other(match value {
                Some(value) => CelOptional::of(Self::of(value).into_boxed()),
                None => CelOptional::none(),
            }),
            Value::Type(name) => Self::other(CelType::from(&Type::new_opaque_type(name.clone()))),
        }
    }

    fn map(map: &[(Value, Value)]) -> Self {
        let texts: Option<Vec<(String, Self)>> = map
            .iter()
            .map(|(key, value)| match key {
                Value::String(key) => Some((key.clone(), Self::of(value))),
                _ => None,
            })
            .collect();
        if let Some(entries) = texts {
            return Self::Map(Map::new(entries));
        }
        let entries: HashMap<CelMapKey<'static>, Box<dyn Val>> = map
            .iter()
            .filter_map(|(key, value)| {
                let key = CelMapKey::try_from(Self::of(key).into_boxed()).ok()?;
                Some((key, Self::of(value).into_boxed()))
            })
            .collect();
        Self::other(CelMap::from(entries))
    }

    pub(crate) fn into_boxed(self) -> Box<dyn Val> {
        match self {
            Self::Other(other) => other,
            shared => shared.value().clone_as_boxed(),
        }
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
