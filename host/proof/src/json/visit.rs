use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use smallvec::SmallVec;

use super::lenient;
use super::pointer::{PointerNode, Pointers, index_of};
use super::{SelectError, Value};
use bellpull_core::limits;

/// The values found in one pass, and the remaining budget.
struct FoundValues {
    /// The index of a pointer, and a value there. `None`: a repeated member replaced the value.
    found: Vec<(Option<usize>, Value)>,
    answers: usize,
    bytes: usize,
    is_over_limit: bool,
}

impl FoundValues {
    fn answer<E: serde::de::Error>(&mut self, pointer: usize, value: Value) -> Result<(), E> {
        let answers = self.answers.checked_sub(1);
        let bytes = self.bytes.checked_sub(value.size());
        let (Some(answers), Some(bytes)) = (answers, bytes) else {
            self.is_over_limit = true;
            return Err(E::custom("budget"));
        };
        (self.answers, self.bytes) = (answers, bytes);
        self.found.push((Some(pointer), value));
        Ok(())
    }

    /// Answers the pointers that end at or below a node that is absent. A `*` has no element to
    /// answer for.
    fn missing<E: serde::de::Error>(&mut self, node: &PointerNode<'_>) -> Result<(), E> {
        for pointer in &node.answers {
            self.answer(*pointer, Value::Missing)?;
        }
        self.below_missing(node)
    }

    fn below_missing<E: serde::de::Error>(&mut self, node: &PointerNode<'_>) -> Result<(), E> {
        for (_, child) in &node.members {
            self.missing(child)?;
        }
        Ok(())
    }

    /// Drops the values of an earlier member with the same name: the last one counts.
    fn forget(&mut self, range: Range<usize>) {
        for (pointer, _) in self.found.get_mut(range).into_iter().flatten() {
            *pointer = None;
        }
    }
}

impl Pointers<'_> {
    /// The values at each pointer, in the order of the pointers.
    ///
    /// # Errors
    /// If `document` is not JSON, or the values exceed their limits.
    pub fn select(&self, document: &[u8]) -> Result<Vec<Vec<Value>>, SelectError> {
        let text = lenient(document);
        let mut selection = FoundValues {
            found: Vec::with_capacity(self.pointers),
            answers: limits::JSON_ANSWERS,
            bytes: limits::JSON_ANSWER_BYTES,
            is_over_limit: false,
        };
        let seed = ValueSeed {
            node: &self.root,
            selection: &mut selection,
        };
        deserialize_all(&text, seed).map_err(|error| {
            if selection.is_over_limit {
                SelectError::TooMuch
            } else {
                SelectError::NotJson {
                    line: error.line(),
                    column: error.column(),
                }
            }
        })?;
        let mut answers = vec![Vec::new(); self.pointers];
        for (pointer, value) in selection.found {
            if let Some(list) = pointer.and_then(|pointer| answers.get_mut(pointer)) {
                list.push(value);
            }
        }
        Ok(answers)
    }
}

fn deserialize_all(text: &str, seed: ValueSeed<'_, '_>) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// The children of a node, each with its array index if its name is one.
type Elements<'a, 'p> = SmallVec<[(Option<usize>, &'a PointerNode<'p>); 8]>;

/// Visits one value for the pointers that lead to it or through it.
struct ValueSeed<'a, 'p> {
    node: &'a PointerNode<'p>,
    selection: &'a mut FoundValues,
}

impl ValueSeed<'_, '_> {
    fn answer<E: serde::de::Error>(&mut self, value: Value) -> Result<(), E> {
        let Some((last, others)) = self.node.answers.split_last() else {
            return Ok(());
        };
        for pointer in others {
            self.selection.answer(*pointer, value.clone())?;
        }
        self.selection.answer(*last, value)
    }

    /// Answers the pointers below a value that is not an array or object.
    fn below_missing<E: serde::de::Error>(self) -> Result<(), E> {
        self.selection.below_missing(self.node)
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        let node = self.node;
        if node.redacted {
            IgnoredAny::deserialize_any_value(deserializer)?;
            self.answer(Value::Text(bellpull_core::text::REDACTED.to_owned()))?;
            return self.below_missing();
        }
        if node.answers.is_empty() {
            return deserializer.deserialize_any(self);
        }
        let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
        let value = classify(raw.get()).map_err(serde::de::Error::custom)?;
        // The text around a credential contains the credential.
        let value = match value {
            Value::Json(_) if node.hides => Value::Text(bellpull_core::text::REDACTED.to_owned()),
            value => value,
        };
        self.answer(value)?;
        if node.members.is_empty() && node.each.is_none() {
            return Ok(());
        }
        let mut inner = serde_json::Deserializer::from_str(raw.get());
        inner
            .deserialize_any(self)
            .map_err(serde::de::Error::custom)
    }
}

trait DeserializeAnyValue {
    fn deserialize_any_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error>;
}

impl DeserializeAnyValue for IgnoredAny {
    fn deserialize_any_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_ignored_any(Self).map(|_| ())
    }
}

fn classify(raw: &str) -> Result<Value, serde_json::Error> {
    Ok(match raw.as_bytes().first() {
        Some(b'"') => Value::Text(serde_json::from_str(raw)?),
        Some(b'{' | b'[') => Value::Json(raw.to_owned()),
        Some(b't') => Value::Boolean(true),
        Some(b'f') => Value::Boolean(false),
        Some(b'n') | None => Value::Null,
        Some(_) => Value::Number(raw.to_owned()),
    })
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let members = &self.node.members;
        let mut answered: SmallVec<[Option<Range<usize>>; 8]> = SmallVec::new();
        answered.resize(members.len(), None);
        while let Some(matched) = map.next_key_seed(MemberSeed(self.node))? {
            let child =
                matched.and_then(|index| Some((answered.get_mut(index)?, &members.get(index)?.1)));
            let Some((range, node)) = child else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if let Some(earlier) = range.take() {
                self.selection.forget(earlier);
            }
            let start = self.selection.found.len();
            map.next_value_seed(ValueSeed {
                node,
                selection: self.selection,
            })?;
            *range = Some(start..self.selection.found.len());
        }
        for (range, (_, child)) in answered.into_iter().zip(members) {
            if range.is_none() {
                self.selection.missing(child)?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if let Some(each) = &self.node.each {
            // `*` and an index at the same place would need the elements twice.
            self.selection.below_missing(self.node)?;
            while seq
                .next_element_seed(ValueSeed {
                    node: each,
                    selection: self.selection,
                })?
                .is_some()
            {}
            return Ok(());
        }
        let (mut named, others): (Elements<'_, '_>, Elements<'_, '_>) = self
            .node
            .members
            .iter()
            .map(|(name, node)| (index_of(name), node))
            .partition(|(index, _)| index.is_some());
        for (_, node) in others {
            self.selection.missing(node)?;
        }
        named.sort_unstable_by_key(|(index, _)| *index);
        let mut named = named.into_iter().peekable();
        for index in 0_usize.. {
            let more = match named.next_if(|(named, _)| *named == Some(index)) {
                Some((_, node)) => {
                    let element = seq.next_element_seed(ValueSeed {
                        node,
                        selection: self.selection,
                    })?;
                    if element.is_none() {
                        self.selection.missing(node)?;
                    }
                    element.is_some()
                }
                None => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        for (_, node) in named {
            self.selection.missing(node)?;
        }
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.below_missing()
    }
}

/// Finds the member of the node that a key names, without copying the key.
struct MemberSeed<'a, 'p>(&'a PointerNode<'p>);

impl<'de> DeserializeSeed<'de> for MemberSeed<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberSeed<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.find(name))
    }
}
