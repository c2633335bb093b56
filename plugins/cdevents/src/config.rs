use bellpull_sdk::{Refusal, Selection, host::document};

use crate::spec::Spec;

/// `specVersions`: the accepted versions of CDEvents. The default is 0.4 alone, as in Flux, so a
/// Receiver that loses its config never accepts more.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "specVersions": {
      "type": "array",
      "minItems": 1,
      "uniqueItems": true,
      "items": {"enum": ["0.3", "0.4", "0.5"]}
    }
  }
}"#;

const POINTER: &str = "/specVersions/*";

pub(crate) fn accepted() -> Result<Vec<Spec>, Refusal> {
    Selection::of(&document::from_config(), &[POINTER])
        .map(|config| of(&config))
        .map_err(|_| Refusal::Misconfigured("the config cannot be read".into()))
}

fn of(config: &Selection) -> Vec<Spec> {
    let named = |spec: &Spec| config.texts(POINTER).any(|name| name == spec.name());
    let listed: Vec<Spec> = Spec::ALL.into_iter().filter(named).collect();
    if listed.is_empty() {
        return vec![Spec::V0_4];
    }
    listed
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

    use super::*;

    fn versions(listed: &[&str]) -> Vec<Spec> {
        let values = listed.iter().map(|text| Value::Text((*text).into()));
        of(&[(POINTER, values.collect())].into_iter().collect())
    }

    #[test]
    fn without_config_one_version_is_accepted() {
        assert_eq!(versions(&[]), [Spec::V0_4]);
        assert_eq!(versions(&["9.9"]), [Spec::V0_4]);
    }

    #[test]
    fn takes_what_is_listed() {
        assert_eq!(versions(&["0.5", "0.3"]), [Spec::V0_3, Spec::V0_5]);
    }
}
