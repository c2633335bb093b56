use std::cell::Cell;
use std::fmt;

use cel::common::types::{CelBool, CelDouble, CelNull};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{List, Map, SharedValue};

impl<'de> Deserialize<'de> for SharedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let too_deep = Cell::new(false);
        Json::within(usize::MAX, &too_deep).deserialize(deserializer)
    }
}

/// Reads JSON as Flux does: every number is a double.
#[derive(Clone, Copy)]
pub(crate) struct Json<'t> {
    /// The nesting allowed, with this value.
    depth: usize,
    too_deep: &'t Cell<bool>,
}

impl<'t> Json<'t> {
    /// With nesting up to `depth`. Sets `too_deep` when the document fails for its nesting.
    pub(crate) fn within(depth: usize, too_deep: &'t Cell<bool>) -> Self {
        Self { depth, too_deep }
    }

    /// For the values in this one.
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
    type Value = SharedValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SharedValue, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Json<'_> {
    type Value = SharedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<SharedValue, E> {
        Ok(SharedValue::Null(CelNull))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<SharedValue, E> {
        Ok(SharedValue::Bool(CelBool::from(truth)))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a number of JSON is a double in Flux, whatever its digits"
    )]
    fn visit_i64<E: Error>(self, number: i64) -> Result<SharedValue, E> {
        self.visit_f64(number as f64)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a number of JSON is a double in Flux, whatever its digits"
    )]
    fn visit_u64<E: Error>(self, number: u64) -> Result<SharedValue, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<SharedValue, E> {
        Ok(SharedValue::Number(CelDouble::from(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SharedValue, E> {
        Ok(SharedValue::text(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<SharedValue, E> {
        Ok(SharedValue::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<SharedValue, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            list.push(element);
        }
        Ok(SharedValue::List(List::new(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<SharedValue, A::Error> {
        let inner = self.inner()?;
        let mut map = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            map.push((name, members.next_value_seed(inner)?));
        }
        Ok(SharedValue::Map(Map::new(map)))
    }
}

impl From<&serde_json::Value> for SharedValue {
    fn from(value: &serde_json::Value) -> Self {
        Self::deserialize(value).unwrap_or_else(|_| Self::text(value.to_string()))
    }
}

impl From<&serde_json::Map<String, serde_json::Value>> for Map {
    fn from(members: &serde_json::Map<String, serde_json::Value>) -> Self {
        let members = members.iter();
        let members = members.map(|(name, value)| (name.clone(), SharedValue::from(value)));
        Self::new(members.collect())
    }
}
