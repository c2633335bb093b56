use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use docker_credential::{CredentialRetrievalError, DockerCredential};

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
        let server = match host {
            host if host == DOCKER_HUB.0 => DOCKER_HUB.1,
            host => host,
        };
        let found = docker_credential::get_credential_from_reader(BufReader::new(file), server);
        match found {
            Ok(DockerCredential::UsernamePassword(user, password)) => {
                Ok(Some(RegistryCredential::Password { user, password }))
            }
            Ok(DockerCredential::IdentityToken(token)) => {
                Ok(Some(RegistryCredential::IdentityToken(token)))
            }
            Err(CredentialRetrievalError::NoCredentialConfigured) => Ok(None),
            // A helper's own words may hold a secret.
            Err(CredentialRetrievalError::HelperFailure { helper, .. }) => Err(format!(
                "{shown}: the helper docker-credential-{helper} failed: run it by itself to see why"
            )),
            Err(CredentialRetrievalError::HelperCommunicationError) => Err(format!(
                "{shown}: the helper that it names for {host} cannot be run: put docker-credential-… of that \
                 name into the PATH"
            )),
            Err(error) => Err(format!("{shown}: {error}")),
        }
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
}
