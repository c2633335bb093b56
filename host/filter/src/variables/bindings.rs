use cel::common::value::Val;

use super::VariableLookup;
use crate::value::{CelValue, Map, SharedValue};

/// Variables that hold JSON objects, such as the claims of a token.
#[derive(Debug, Default)]
pub struct Bindings(Vec<(String, Map)>);

impl Bindings {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable that holds a JSON object.
    #[must_use]
    pub fn with(mut self, name: &str, object: &serde_json::Map<String, serde_json::Value>) -> Self {
        self.0.push((name.to_owned(), Map::from(object)));
        self
    }

    /// Adds a variable whose members are the results of other expressions.
    #[must_use]
    pub fn with_values(mut self, name: &str, values: &[(String, CelValue)]) -> Self {
        let members = values.iter();
        let members = members.map(|(member, value)| (member.clone(), SharedValue::from(value)));
        self.0.push((name.to_owned(), Map::new(members.collect())));
        self
    }
}

impl VariableLookup for Bindings {
    fn variable(&self, name: &str) -> Option<&dyn Val> {
        let (_, map) = self.0.iter().rev().find(|(known, _)| known == name)?;
        Some(map)
    }
}
