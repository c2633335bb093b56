use bellpull_sdk::{Refusal, Selection};

/// `repositories` is required: the signature alone says that a build is of some repository of
/// somebody's.
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
/// What is read of the Receiver's config.
pub(crate) const POINTERS: &[&str] = &[REPOSITORIES, PUBLIC_KEY];

/// What the Receiver's config asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    repositories: Vec<String>,
    /// The key of an installation of one's own, in PEM.
    pub(crate) public_key: Option<String>,
}

impl Config {
    pub(crate) fn of(config: &Selection) -> Self {
        Self {
            repositories: config.texts(REPOSITORIES).map(String::from).collect(),
            public_key: config.text(PUBLIC_KEY).map(String::from),
        }
    }

    /// Whether builds of the repository are taken; names compare without case, as those of GitHub
    /// do. Without repositories none is.
    ///
    /// # Errors
    /// `unauthenticated` for another one.
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
