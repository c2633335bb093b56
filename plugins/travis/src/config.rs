use bellpull_sdk::{Refusal, Selection};

/// `repositories` is required: the signature only proves that a build is of some repository, of
/// anyone.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["repositories"],
  "properties": {
    "repositories": {
      "type": "array",
      "minItems": 1,
      "items": {"type": "string", "pattern": "^[^/\\s]+/[^/\\s]+$"}
    },
    "publicKey": {"type": "string", "pattern": "^-----BEGIN PUBLIC KEY-----"}
  }
}"#;

const REPOSITORIES: &str = "/repositories/*";
const PUBLIC_KEY: &str = "/publicKey";
pub(crate) const POINTERS: &[&str] = &[REPOSITORIES, PUBLIC_KEY];

/// The config of the Receiver.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    repositories: Vec<String>,
    /// The public key of a self-hosted Travis CI, in PEM.
    pub(crate) public_key: Option<String>,
}

impl Config {
    pub(crate) fn of(config: &Selection) -> Self {
        Self {
            repositories: config.texts(REPOSITORIES).map(String::from).collect(),
            public_key: config.text(PUBLIC_KEY).map(String::from),
        }
    }

    /// Checks that builds of the repository are accepted. Names compare without case, as at GitHub.
    /// Without repositories none is accepted.
    ///
    /// # Errors
    /// `unauthenticated` for another repository.
    pub(crate) fn check(&self, repository: &str) -> Result<(), Refusal> {
        let mut listed = self.repositories.iter();
        if listed.any(|listed| listed.eq_ignore_ascii_case(repository)) {
            return Ok(());
        }
        Err(Refusal::Unauthenticated(
            "the build is of a repository that config.repositories does not list".into(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_is_listed_alone() {
        let config = Config::of(&Selection::from([(REPOSITORIES, "acme/Shop")]));
        assert_eq!(config.public_key, None);
        for (repository, taken) in [
            ("acme/Shop", true),
            ("ACME/shop", true),
            ("acme/shop2", false),
            ("evil/acme/Shop", false),
            ("", false),
        ] {
            assert_eq!(config.check(repository).is_ok(), taken, "{repository}");
        }
    }

    #[test]
    fn a_lost_config_takes_nothing() {
        let config = Config::of(&Selection::from([]));
        assert!(config.check("acme/shop").is_err());
    }
}
