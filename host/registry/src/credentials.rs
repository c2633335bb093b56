use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docker_credential::{CredentialRetrievalError, DockerCredential};
use serde_json::{Value, json};

/// The name of Docker Hub in Docker's configuration, beside the host that answers for it.
const DOCKER_HUB: (&str, &str) = ("index.docker.io", "https://index.docker.io/v1/");

/// Who asks a registry.
#[derive(Clone, PartialEq, Eq)]
pub enum RegistryCredential {
    Password {
        user: String,
        password: String,
    },
    /// A token that the registry's token server exchanges (Docker, "OAuth2 token authentication").
    IdentityToken(String),
}

impl RegistryCredential {
    /// What must not be told, as it is and as Basic credentials write it.
    pub(crate) fn secrets(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Password { user, password } => {
                let basic = STANDARD.encode(format!("{user}:{password}"));
                vec![password.clone().into_bytes(), basic.into_bytes()]
            }
            Self::IdentityToken(token) => vec![token.clone().into_bytes()],
        }
    }
}

impl fmt::Debug for RegistryCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistryCredential(…)")
    }
}

/// Where credentials for registries come from.
pub trait CredentialSource: Send + Sync {
    /// The credential for a host, with its port if there is one; `None` asks as nobody.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    fn credential(&self, host: &str) -> Result<Option<RegistryCredential>, String>;

    /// What to do if a registry asks for a credential, and there is none.
    fn advice(&self) -> &'static str;
}

/// No credentials for any host.
pub struct Anonymous;

impl CredentialSource for Anonymous {
    fn credential(&self, _: &str) -> Result<Option<RegistryCredential>, String> {
        Ok(None)
    }

    fn advice(&self) -> &'static str {
        "name a Secret of type kubernetes.io/dockerconfigjson"
    }
}

/// Docker's configuration file, as `docker login` writes it: `auths`, `credHelpers` and `credsStore`.
pub struct CredentialFile {
    path: PathBuf,
    /// Whether the file must exist.
    required: bool,
}

impl CredentialFile {
    /// A file that must exist.
    #[must_use]
    pub fn named(path: PathBuf) -> Self {
        Self {
            path,
            required: true,
        }
    }

    /// A file that may be absent.
    #[must_use]
    pub fn usual(path: PathBuf) -> Self {
        Self {
            path,
            required: false,
        }
    }
}

impl CredentialSource for CredentialFile {
    fn credential(&self, host: &str) -> Result<Option<RegistryCredential>, String> {
        let shown = self.path.display();
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.required => {
                return Ok(None);
            }
            Err(error) => return Err(format!("{shown}: {error}")),
        };
        in_configuration(BufReader::new(file), host).map_err(|reason| format!("{shown}: {reason}"))
    }

    fn advice(&self) -> &'static str {
        "run `docker login`, or name a file with --registry-config"
    }
}

/// A Secret of type `kubernetes.io/dockerconfigjson` (Kubernetes, "Pull an Image from a Private Registry").
pub struct PullSecret {
    /// Docker's configuration with `auths` alone: what else it names would run programs.
    configuration: Vec<u8>,
}

impl PullSecret {
    /// Reads the bytes under `.dockerconfigjson`.
    ///
    /// # Errors
    /// Why they hold no credentials, without their content.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let configuration: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no JSON at line {}", error.line()))?;
        let auths = configuration.get("auths").filter(|auths| auths.is_object());
        let auths = auths.ok_or("it has no object `auths`")?;
        Ok(Self {
            configuration: json!({ "auths": auths }).to_string().into_bytes(),
        })
    }
}

impl fmt::Debug for PullSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PullSecret(…)")
    }
}

impl CredentialSource for PullSecret {
    fn credential(&self, host: &str) -> Result<Option<RegistryCredential>, String> {
        in_configuration(self.configuration.as_slice(), host)
            .map_err(|reason| format!("the pull secret: {reason}"))
    }

    fn advice(&self) -> &'static str {
        "add the host to the `auths` of the pull secret"
    }
}

fn in_configuration(
    configuration: impl Read,
    host: &str,
) -> Result<Option<RegistryCredential>, String> {
    let server = match host {
        host if host == DOCKER_HUB.0 => DOCKER_HUB.1,
        host => host,
    };
    match docker_credential::get_credential_from_reader(configuration, server) {
        Ok(DockerCredential::UsernamePassword(user, password)) => {
            Ok(Some(RegistryCredential::Password { user, password }))
        }
        Ok(DockerCredential::IdentityToken(token)) => {
            Ok(Some(RegistryCredential::IdentityToken(token)))
        }
        Err(CredentialRetrievalError::NoCredentialConfigured) => Ok(None),
        // A helper's own words may hold a secret.
        Err(CredentialRetrievalError::HelperFailure { helper, .. }) => Err(format!(
            "the helper {helper} failed: run it by itself to see why"
        )),
        Err(CredentialRetrievalError::HelperCommunicationError) => Err(format!(
            "the helper that it names for {host} cannot be run: put docker-credential-… of that name into the \
             PATH"
        )),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, host: &str) -> Result<Option<RegistryCredential>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        std::fs::write(&file, text).unwrap();
        CredentialFile::named(file).credential(host)
    }

    #[test]
    fn credentials_are_those_of_the_host() {
        // `user:word` in base64.
        let file = r#"{"auths": {"ghcr.io": {"auth": "dXNlcjp3b3Jk"},
                                 "https://index.docker.io/v1/": {"identitytoken": "it"}}}"#;
        let password = RegistryCredential::Password {
            user: "user".to_owned(),
            password: "word".to_owned(),
        };
        let identity = RegistryCredential::IdentityToken("it".to_owned());
        for (host, expected) in [
            ("ghcr.io", Some(password)),
            ("index.docker.io", Some(identity)),
            ("other.example", None),
        ] {
            assert!(ask(file, host).unwrap() == expected, "{host}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_without_its_content() {
        let wrong = r#"{"auths": {"ghcr.io": {"auth": "c2VjcmV0"}}}"#;
        for (text, host) in [("{secret", "ghcr.io"), (wrong, "ghcr.io")] {
            let error = ask(text, host).unwrap_err();
            assert!(error.contains("config.json"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let helper = r#"{"credHelpers": {"ghcr.io": "no-such-helper"}}"#;
        let error = ask(helper, "ghcr.io").unwrap_err();
        assert!(error.contains("cannot be run"), "{error}");
    }

    #[test]
    fn a_file_that_must_exist_does() {
        let absent = PathBuf::from("no/such/config.json");
        assert!(
            CredentialFile::named(absent.clone())
                .credential("a.example")
                .is_err()
        );
        let usual = CredentialFile::usual(absent).credential("a.example");
        assert!(usual == Ok(None), "{usual:?}");
    }

    #[test]
    fn a_pull_secret_has_credentials_and_runs_nothing() {
        // `user:word` in base64.
        let text = r#"{"auths": {"ghcr.io": {"auth": "dXNlcjp3b3Jk"}},
                       "credHelpers": {"ghcr.io": "none", "other.example": "none"}, "credsStore": "none"}"#;
        let secret = PullSecret::from_json(text.as_bytes()).unwrap();
        let password = RegistryCredential::Password {
            user: "user".to_owned(),
            password: "word".to_owned(),
        };
        assert!(secret.credential("ghcr.io") == Ok(Some(password)));
        assert!(secret.credential("other.example") == Ok(None));
    }

    #[test]
    fn a_wrong_pull_secret_is_told_without_its_content() {
        for (text, expected) in [
            ("{secret", "no JSON at line 1"),
            ("[\"secret\"]", "no object `auths`"),
            (r#"{"auths": "secret"}"#, "no object `auths`"),
            (r#"{"ghcr.io": {"auth": "secret"}}"#, "no object `auths`"),
        ] {
            let error = PullSecret::from_json(text.as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
        // `secret` in base64, which has no colon.
        let colonless = r#"{"auths": {"ghcr.io": {"auth": "c2VjcmV0"}}}"#;
        let wrong = PullSecret::from_json(colonless.as_bytes()).unwrap();
        let error = wrong.credential("ghcr.io").unwrap_err();
        assert_eq!(error, "the pull secret: Unable to decode credential");
    }
}
