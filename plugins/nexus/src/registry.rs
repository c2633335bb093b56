use bellpull_sdk::Refusal;
use bellpull_sdk::host::document::{Json, Value};

/// The schema of `spec.config`. Deliveries name a repository of Nexus, but not the host, port or
/// path of its registry.
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

/// The registry of a repository of Nexus, by `spec.config`.
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

/// The pointer to the registry of a repository, escaped by RFC 6901, section 3. A name `*` matches
/// nothing: it stands for the elements of an array, and there is none.
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
