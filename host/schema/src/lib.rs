//! Checks `spec.config` against the JSON Schema of its component.
//!
//! Only the keywords of JSON Schema (2020-12) that describe the value at one place are supported.
//! Keywords that combine schemas, refer to a schema or depend on the result of another are not. So
//! each value is checked once, by one schema, and the size of the config bounds the cost of a
//! check.

mod canonical;
mod check;
mod keywords;
mod node;
mod pattern;
mod read;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use bellpull_core::{Description, DescriptionError, limits, text};
pub use keywords::KEYWORDS;

use check::ConfigCheck;
use node::SchemaNode;

/// What a component accepts as `spec.config`.
#[derive(Debug)]
pub struct Schema(Option<SchemaNode>);

impl Schema {
    /// The schema that a component describes.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn of(description: &Description) -> Result<Self, DescriptionError> {
        Self::parse(&description.config_schema).map_err(DescriptionError::Schema)
    }

    /// Reads a schema. The empty text means that the component takes no config.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        if text.len() > limits::CONFIG_SCHEMA {
            return Err(format!(
                "it has {} bytes, the maximum is {}",
                text.len(),
                limits::CONFIG_SCHEMA
            ));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        read::schema(&value).map(|node| Self(Some(node)))
    }

    /// Checks the config and returns it as JSON text.
    ///
    /// # Errors
    /// Every problem, each with its place below `spec.config`.
    pub fn config(&self, config: Option<&Map<String, Value>>) -> Result<String, String> {
        let none = Map::new();
        let config = config.unwrap_or(&none);
        let Some(node) = &self.0 else {
            return if config.is_empty() {
                Ok("{}".to_owned())
            } else {
                Err("spec.config: this provider takes no config".to_owned())
            };
        };
        let json = serde_json::to_string(config).map_err(|error| {
            format!("spec.config: {}", text::printable(&error.to_string(), 128))
        })?;
        if json.len() > limits::CONFIG {
            return Err(format!(
                "spec.config: it has {} bytes as JSON, the maximum is {}",
                json.len(),
                limits::CONFIG
            ));
        }
        let problems = ConfigCheck::of(node, &Value::Object(config.clone()));
        if problems.is_empty() {
            Ok(json)
        } else {
            Err(problems.join("; "))
        }
    }
}
