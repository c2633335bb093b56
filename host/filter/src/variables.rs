use cel::common::value::Val;

use crate::facts::{json, json_map};
use crate::value::{Map, Node, Value};

/// Values of variables, by name.
pub(crate) trait Variables: Send + Sync {
    fn variable(&self, name: &str) -> Option<&dyn Val>;
}

/// Variables that hold JSON objects, such as the claims of a token.
#[derive(Debug, Default)]
pub struct Bindings(Vec<(String, Map)>);

impl Bindings {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a variable that holds an object.
    #[must_use]
    pub fn with(mut self, name: &str, object: &serde_json::Map<String, serde_json::Value>) -> Self {
        self.0.push((name.to_owned(), json_map(object)));
        self
    }

    /// With a variable that holds what other expressions came to, by name.
    #[must_use]
    pub fn with_values(mut self, name: &str, values: &[(String, Value)]) -> Self {
        let members = values.iter();
        let members = members.map(|(member, value)| (member.clone(), Node::of(value)));
        self.0.push((name.to_owned(), Map::new(members.collect())));
        self
    }
}

impl Variables for Bindings {
    fn variable(&self, name: &str) -> Option<&dyn Val> {
        let (_, map) = self.0.iter().rev().find(|(known, _)| known == name)?;
        Some(map)
    }
}

/// Any JSON as what expressions see.
impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        Self::of(json(value).value())
    }
}
