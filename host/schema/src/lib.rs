//! `spec.config` against the JSON Schema of its component.
//!
//! Of JSON Schema (2020-12) the keywords that say of one place what may stand there, and no others:
//! none that combines schemas, refers to one or asks what another has found. Each value is so
//! looked at by one schema, once, and what a check costs is bounded by the config.

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

/// What a component takes as `spec.config`.
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

    /// Reads a schema; the empty text is that of a component that takes no config.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        if text.len() > limits::CONFIG_SCHEMA {
            return Err(format!(
                "it has {} bytes, at most {} are taken",
                text.len(),
                limits::CONFIG_SCHEMA
            ));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        read::schema(&value).map(|node| Self(Some(node)))
    }

    /// The config as JSON text, checked.
    ///
    /// # Errors
    /// What is wrong, each with its place under `spec.config`.
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
                "spec.config: it has {} bytes as JSON, at most {} are taken",
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
