use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::pointer::{Node, Selector};
use super::{SelectError, Value};
use crate::limits;

/// Answers of one pass: which pointer, and what stands there.
type Answers = Vec<(usize, Value)>;

/// What a pass may still collect.
struct Budget {
    answers: Cell<usize>,
    bytes: Cell<usize>,
    spent: Cell<bool>,
}

impl Budget {
    fn spend(&self, value: &Value) -> Result<(), ()> {
        let answers = self.answers.get().checked_sub(1).ok_or(())?;
        let bytes = self.bytes.get().checked_sub(value.size()).ok_or(())?;
        self.answers.set(answers);
        self.bytes.set(bytes);
        Ok(())
    }

    fn exhaust<E: serde::de::Error>(&self) -> E {
        self.spent.set(true);
        E::custom("budget")
    }
}

impl Selector {
    /// The answers of each pointer, in order.
    ///
    /// # Errors
    /// When `document` is not JSON, or the answers pass their limits.
    pub fn select(&self, document: &[u8]) -> Result<Vec<Vec<Value>>, SelectError> {
        let text = std::str::from_utf8(document).map_err(|_| SelectError::NotUtf8)?;
        let budget = Budget {
            answers: Cell::new(limits::JSON_ANSWERS),
            bytes: Cell::new(limits::JSON_ANSWER_BYTES),
            spent: Cell::new(false),
        };
        let mut found = Vec::new();
        pass(
            text,
            Seed {
                node: &self.root,
                budget: &budget,
                found: &mut found,
            },
        )
        .map_err(|error| {
            if budget.spent.get() {
                SelectError::TooMuch
            } else {
                SelectError::NotJson {
                    line: error.line(),
                    column: error.column(),
                }
            }
        })?;
        let mut answers = vec![Vec::new(); self.pointers];
        for (pointer, value) in found {
            if let Some(list) = answers.get_mut(pointer) {
                list.push(value);
            }
        }
        Ok(answers)
    }
}

fn pass(text: &str, seed: Seed<'_>) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Visits one value with the pointers that lead to it or through it.
struct Seed<'a> {
    node: &'a Node,
    budget: &'a Budget,
    found: &'a mut Answers,
}

impl Seed<'_> {
    fn answer<E: serde::de::Error>(&mut self, value: Value) -> Result<(), E> {
        for pointer in &self.node.answers {
            self.budget
                .spend(&value)
                .map_err(|()| self.budget.exhaust())?;
            self.found.push((*pointer, value.clone()));
        }
        Ok(())
    }

    /// What lies below a value that holds nothing is missing.
    fn below_missing<E: serde::de::Error>(&mut self) -> Result<(), E> {
        for (_, child) in &self.node.members {
            missing(child, self.budget, self.found)?;
        }
        Ok(())
    }
}

fn missing<E: serde::de::Error>(
    node: &Node,
    budget: &Budget,
    found: &mut Answers,
) -> Result<(), E> {
    for pointer in &node.required {
        budget
            .spend(&Value::Missing)
            .map_err(|()| budget.exhaust())?;
        found.push((*pointer, Value::Missing));
    }
    Ok(())
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        let node = self.node;
        if node.redacted {
            IgnoredAny::deserialize_any_value(deserializer)?;
            self.answer(Value::Text(crate::text::REDACTED.to_owned()))?;
            return self.below_missing();
        }
        if node.answers.is_empty() {
            return deserializer.deserialize_any(self);
        }
        let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
        let value = classify(raw.get()).map_err(serde::de::Error::custom)?;
        // Handing out the text around a credential would hand out the credential.
        let value = match value {
            Value::Json(_) if node.hides => Value::Text(crate::text::REDACTED.to_owned()),
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

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // A repeated member replaces what the earlier one answered.
        let mut children: Vec<Option<Answers>> = vec![None; self.node.members.len()];
        while let Some(matched) = map.next_key_seed(Key(self.node))? {
            let child = matched.and_then(|index| {
                Some((children.get_mut(index)?, &self.node.members.get(index)?.1))
            });
            match child {
                Some((slot, node)) => {
                    let mut found = Vec::new();
                    map.next_value_seed(Seed {
                        node,
                        budget: self.budget,
                        found: &mut found,
                    })?;
                    *slot = Some(found);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        for (slot, (_, child)) in children.into_iter().zip(&self.node.members) {
            match slot {
                Some(found) => self.found.extend(found),
                None => missing(child, self.budget, self.found)?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        if let Some(each) = &self.node.each {
            // `*` and an index side by side would need the elements twice.
            self.below_missing()?;
            while seq
                .next_element_seed(Seed {
                    node: each,
                    budget: self.budget,
                    found: self.found,
                })?
                .is_some()
            {}
            return Ok(());
        }
        let mut index = 0_usize;
        let mut seen = vec![false; self.node.members.len()];
        loop {
            let name = index.to_string();
            let child = self
                .node
                .members
                .iter()
                .position(|(member, _)| *member == name);
            let more = match child
                .and_then(|at| Some((seen.get_mut(at)?, &self.node.members.get(at)?.1)))
            {
                Some((seen, node)) => {
                    let element = seq.next_element_seed(Seed {
                        node,
                        budget: self.budget,
                        found: self.found,
                    })?;
                    *seen = element.is_some();
                    element.is_some()
                }
                None => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
            index += 1;
        }
        for (seen, (_, child)) in seen.into_iter().zip(&self.node.members) {
            if !seen {
                missing(child, self.budget, self.found)?;
            }
        }
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(mut self, _: bool) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_i64<E: serde::de::Error>(mut self, _: i64) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_u64<E: serde::de::Error>(mut self, _: u64) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_f64<E: serde::de::Error>(mut self, _: f64) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_str<E: serde::de::Error>(mut self, _: &str) -> Result<(), E> {
        self.below_missing()
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<(), E> {
        self.below_missing()
    }
}

/// Which member of the node a key names, without keeping the key.
struct Key<'a>(&'a Node);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.members.iter().position(|(member, _)| member == name))
    }
}
