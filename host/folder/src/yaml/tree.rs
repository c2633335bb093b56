use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use super::place::{PartPlaces, YamlNode, YamlPlace};

/// A value while it is read, before its own place is known.
pub(super) struct Tree {
    value: Value,
    parts: PartPlaces,
}

pub(super) fn node(tree: Spanned<Tree>) -> YamlNode {
    YamlNode {
        value: tree.value.value,
        place: YamlPlace {
            line: tree.referenced.line(),
            column: tree.referenced.column(),
            parts: tree.value.parts,
        },
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

fn leaf<E>(value: impl Into<Value>) -> Result<Tree, E> {
    Ok(Tree {
        value: value.into(),
        parts: PartPlaces::None,
    })
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        leaf(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        leaf(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Tree, E> {
        let number = Number::from_f64(value)
            .ok_or_else(|| E::custom("a number that JSON cannot hold: put it in quotes"))?;
        leaf(number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let (mut values, mut places) = (Vec::new(), Vec::new());
        while let Some(element) = elements.next_element::<Spanned<Tree>>()? {
            let YamlNode { value, place } = node(element);
            values.push(value);
            places.push(place);
        }
        Ok(Tree {
            value: Value::Array(values),
            parts: PartPlaces::Elements(places),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let (mut values, mut places) = (Map::new(), HashMap::new());
        while let Some(name) = members.next_key::<String>()? {
            let YamlNode { value, place } = node(members.next_value()?);
            // The keys `1` and `"1"` differ in YAML, but are the same name in JSON.
            if values.insert(name.clone(), value).is_some() {
                return Err(A::Error::custom("a key is there twice: keep one"));
            }
            places.insert(name, place);
        }
        Ok(Tree {
            value: Value::Object(values),
            parts: PartPlaces::Members(places),
        })
    }
}
