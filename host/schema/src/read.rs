use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::canonical::canonical;
use super::keywords::KEYWORDS;
use super::node::{Choice, JsonType, NumberBound, SchemaNode};
use super::pattern::Pattern;
use bellpull_core::text::printable;

/// Maximum nesting depth of schemas.
const DEPTH: usize = 16;
/// Maximum number of schemas within one.
const NODES: usize = 1_000;
const PATTERNS: usize = 32;
/// Maximum number of names in one `required`.
const REQUIRED: usize = 256;
/// Maximum length, in bytes, of a value or a place in a message.
pub(super) const SHOWN: usize = 200;

/// Reads a schema from its JSON.
///
/// # Errors
/// The first problem, with an RFC 6901 pointer into the schema.
pub(super) fn schema(value: &Value) -> Result<SchemaNode, String> {
    let mut reader = Reader {
        depth: 0,
        nodes: 0,
        patterns: 0,
    };
    let mut at = Vec::new();
    reader.node(value, &mut at).map_err(|problem| {
        let place: String = at.iter().map(|part| format!("/{part}")).collect();
        let place = if place.is_empty() {
            "its top".to_owned()
        } else {
            printable(&place, SHOWN)
        };
        format!("at {place}: {problem}")
    })
}

/// Counts what has been read. After an error, `at` is the place where it was found.
struct Reader {
    depth: usize,
    nodes: usize,
    patterns: usize,
}

impl Reader {
    fn node(&mut self, value: &Value, at: &mut Vec<String>) -> Result<SchemaNode, String> {
        self.nodes += 1;
        if self.nodes > NODES {
            return Err(format!("it holds more than {NODES} schemas"));
        }
        if self.depth == DEPTH {
            return Err(format!("schemas are nested deeper than {DEPTH}"));
        }
        match value {
            Value::Bool(open) => Ok(SchemaNode::of(*open)),
            Value::Object(members) => {
                let mut node = SchemaNode::of(true);
                self.depth += 1;
                for (keyword, value) in members {
                    at.push(printable(keyword, SHOWN));
                    self.keyword(&mut node, keyword, value, at)?;
                    at.pop();
                }
                self.depth -= 1;
                Ok(node)
            }
            other => Err(format!("{} is not a schema", shown(other))),
        }
    }

    fn keyword(
        &mut self,
        node: &mut SchemaNode,
        keyword: &str,
        value: &Value,
        at: &mut Vec<String>,
    ) -> Result<(), String> {
        if let Some((_, bound)) = NumberBound::ALL
            .into_iter()
            .find(|(name, _)| *name == keyword)
        {
            let Value::Number(limit) = value else {
                return Err(format!("{} is not a number", shown(value)));
            };
            node.bounds.push((bound, limit.clone()));
            return Ok(());
        }
        let lengths = &mut node.lengths;
        match keyword {
            "$schema" | "title" | "description" | "default" | "deprecated" => {}
            "type" => node.kinds = kinds(value)?,
            "enum" => node.choices.push(choice(elements(value)?)),
            "const" => node.choices.push(choice(std::slice::from_ref(value))),
            "properties" => node.properties = self.properties(value, at)?,
            "required" => node.required = names(value)?,
            "additionalProperties" => node.others = Some(Box::new(self.node(value, at)?)),
            "items" => node.items = Some(Box::new(self.node(value, at)?)),
            "uniqueItems" => {
                node.unique = value
                    .as_bool()
                    .ok_or_else(|| format!("{} is neither true nor false", shown(value)))?;
            }
            "minItems" => from(&mut lengths.items, value)?,
            "maxItems" => to(&mut lengths.items, value)?,
            "minProperties" => from(&mut lengths.properties, value)?,
            "maxProperties" => to(&mut lengths.properties, value)?,
            "minLength" => from(&mut lengths.text, value)?,
            "maxLength" => to(&mut lengths.text, value)?,
            "pattern" => node.pattern = Some(self.pattern(value)?),
            _ => {
                return Err(format!(
                    "this keyword is not supported; the supported ones are {}",
                    KEYWORDS.join(", ")
                ));
            }
        }
        Ok(())
    }

    fn properties(
        &mut self,
        value: &Value,
        at: &mut Vec<String>,
    ) -> Result<BTreeMap<String, SchemaNode>, String> {
        let mut properties = BTreeMap::new();
        for (name, property) in members(value)? {
            at.push(printable(name, SHOWN));
            let property = self.node(property, at)?;
            at.pop();
            properties.insert(name.clone(), property);
        }
        Ok(properties)
    }

    fn pattern(&mut self, value: &Value) -> Result<Pattern, String> {
        self.patterns += 1;
        if self.patterns > PATTERNS {
            return Err(format!("it holds more than {PATTERNS} patterns"));
        }
        let Value::String(source) = value else {
            return Err(format!("{} is not a string", shown(value)));
        };
        Pattern::new(source)
            .map_err(|error| printable(&format!("{}: {error}", shown(value)), 2 * SHOWN))
    }
}

fn kinds(value: &Value) -> Result<Vec<JsonType>, String> {
    let named = |value: &Value| {
        let name = value.as_str();
        let found = JsonType::ALL
            .into_iter()
            .find(|(known, _)| Some(*known) == name);
        let (_, kind) = found.ok_or_else(|| format!("{} is not a type", shown(value)))?;
        Ok(kind)
    };
    match value {
        Value::Array(several) if (1..=JsonType::ALL.len()).contains(&several.len()) => {
            several.iter().map(named).collect()
        }
        one => Ok(vec![named(one)?]),
    }
}

fn choice(values: &[Value]) -> Choice {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    Choice {
        values: values.iter().map(canonical).collect::<HashSet<_>>(),
        shown: printable(&texts.join(", "), SHOWN),
    }
}

fn elements(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::Array(elements) => Ok(elements),
        other => Err(format!("{} is not an array", shown(other))),
    }
}

fn members(value: &Value) -> Result<&Map<String, Value>, String> {
    match value {
        Value::Object(members) => Ok(members),
        other => Err(format!("{} is not an object", shown(other))),
    }
}

fn names(value: &Value) -> Result<Vec<String>, String> {
    let name = |value: &Value| match value {
        Value::String(name) => Ok(name.clone()),
        other => Err(format!("{} is not a name", shown(other))),
    };
    let names = elements(value)?;
    if names.len() > REQUIRED {
        return Err(format!(
            "it has {} names, the maximum is {REQUIRED}",
            names.len()
        ));
    }
    names.iter().map(name).collect()
}

fn from(range: &mut RangeInclusive<u64>, value: &Value) -> Result<(), String> {
    *range = count(value)?..=*range.end();
    Ok(())
}

fn to(range: &mut RangeInclusive<u64>, value: &Value) -> Result<(), String> {
    *range = *range.start()..=count(value)?;
    Ok(())
}

fn count(value: &Value) -> Result<u64, String> {
    value
        .as_u64()
        .ok_or_else(|| format!("{} is not a count", shown(value)))
}

/// A value as messages show it.
pub(super) fn shown(value: &Value) -> String {
    printable(&value.to_string(), SHOWN)
}
