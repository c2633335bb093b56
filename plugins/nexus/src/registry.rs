use bellpull_sdk::Refusal;
use bellpull_sdk::host::document::{Json, Value};

/// `spec.config`. Deliveries name a repository of Nexus, and never the host, port or path under which
/// it is a registry.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "registries": {
      "type": "object",
      "maxProperties": 256,
      "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 512, "pattern": "^[^/:@ ]+(:[0-9]+)?(/[^ :@]+)?$"}
    }
  }
}"#;

/// The registry that a repository of Nexus is, by `spec.config`.
pub(crate) fn of(config: &Json, repository: &str) -> Result<Option<String>, Refusal> {
    let answers = config
        .select(&[pointer(repository)])
        .map_err(Refusal::Misconfigured)?;
    Ok(answers
        .into_iter()
        .flatten()
        .find_map(|answer| match answer {
            Value::Text(registry) => Some(registry),
            _ => None,
        }))
}

/// RFC 6901, section 3. A segment `*` would stand for every element of an array, of which there is
/// none here.
fn pointer(repository: &str) -> String {
    let escaped = repository.replace('~', "~0").replace('/', "~1");
    ["/registries/", &escaped].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_of_a_pointer() {
        for (name, expected) in [
            ("docker-hosted", "/registries/docker-hosted"),
            ("a/b", "/registries/a~1b"),
            ("a~1b", "/registries/a~01b"),
        ] {
            assert_eq!(pointer(name), expected);
        }
    }
}
