//! `spec.config` against the JSON Schema of its component.

use serde_json::{Map, Value};

/// Keywords that refer to another place (JSON Schema 2020-12 core, section 8.2.3, and its forerunner
/// of 2019-09). Two in each of thirty definitions stand for a billion copies of the last one.
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// A schema of a component, with regular expressions in linear time and without references, so that
/// what it costs is bounded by its length.
///
/// # Errors
/// What is wrong with the schema.
pub fn compile(schema: &str) -> Result<jsonschema::Validator, String> {
    let schema: Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    if let Some(keyword) = reference(&schema) {
        return Err(format!(
            "{keyword} is not taken: write out what it refers to"
        ));
    }
    jsonschema::options()
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(&schema)
        .map_err(|error| error.to_string())
}

fn reference(schema: &Value) -> Option<&'static str> {
    match schema {
        Value::Object(members) => REFERENCES
            .into_iter()
            .find(|keyword| members.contains_key(*keyword))
            .or_else(|| members.values().find_map(reference)),
        Value::Array(elements) => elements.iter().find_map(reference),
        _ => None,
    }
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
    fn refuses_references_and_backtracking() {
        let doubling =
            r##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"},{"$ref":"#/$defs/b"}]},"b":{}}}"##;
        for (schema, named) in [
            (r#"{"$ref":"https://example.com/schema.json"}"#, "$ref"),
            (r#"{"$ref":"file:///etc/passwd"}"#, "$ref"),
            (
                r##"{"properties":{"a":{"$dynamicRef":"#a"}}}"##,
                "$dynamicRef",
            ),
            (r##"{"anyOf":[{"$recursiveRef":"#"}]}"##, "$recursiveRef"),
            (doubling, "$ref"),
            (r#"{"pattern":"(a)\\1"}"#, "regex"),
            ("{", "EOF"),
        ] {
            let error = compile(schema).expect_err(schema);
            assert!(error.contains(named), "{schema}: {error}");
        }
    }
}
