//! `spec.config` against the JSON Schema of its component.

use serde_json::{Map, Value};

/// A schema of a component, with regular expressions in linear time and no reference outside.
///
/// # Errors
/// What is wrong with the schema.
pub fn compile(schema: &str) -> Result<jsonschema::Validator, String> {
    let schema: Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    jsonschema::options()
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(&schema)
        .map_err(|error| error.to_string())
}

/// The config as JSON text, checked.
///
/// # Errors
/// What is wrong, each with its place under `spec.config`.
pub fn config(config: Option<&Map<String, Value>>, schema: &str) -> Result<String, String> {
    let value = Value::Object(config.cloned().unwrap_or_default());
    if schema.is_empty() {
        return match config {
            Some(config) if !config.is_empty() => {
                Err("spec.config: this provider takes no config".to_owned())
            }
            _ => Ok("{}".to_owned()),
        };
    }
    let validator = compile(schema)?;
    let problems: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| {
            let place = error.instance_path().to_string().replace('/', ".");
            format!("spec.config{place}: {error}")
        })
        .collect();
    if problems.is_empty() {
        Ok(value.to_string())
    } else {
        Err(problems.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_config_against_its_schema() {
        let schema = r#"{"type":"object","properties":{"header":{"type":"string","pattern":"^X-"}},"additionalProperties":false}"#;
        let cases = [
            (schema, r#"{"header":"X-A"}"#, Ok(r#"{"header":"X-A"}"#)),
            (schema, r#"{"header":"A"}"#, Err("spec.config.header")),
            (schema, r#"{"heder":"X-A"}"#, Err("heder")),
            ("", "{}", Ok("{}")),
            ("", r#"{"a":1}"#, Err("takes no config")),
        ];
        for (schema, text, expected) in cases {
            let value: Map<String, Value> = serde_json::from_str(text).unwrap();
            let got = config(Some(&value), schema);
            match (&got, expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected, "{text}"),
                (Err(got), Err(part)) => assert!(got.contains(part), "{text}: {got}"),
                _ => panic!("{text}: got {got:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn refuses_references_outside_and_backtracking() {
        for schema in [
            r#"{"$ref":"https://example.com/schema.json"}"#,
            r#"{"$ref":"file:///etc/passwd"}"#,
            r#"{"pattern":"(a)\\1"}"#,
            "{",
        ] {
            assert!(compile(schema).is_err(), "{schema}");
        }
    }
}
