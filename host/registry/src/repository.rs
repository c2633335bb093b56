use std::fmt;
use std::str::FromStr;

use oci_spec::distribution::Reference;
use url::Url;

use crate::name::{ReferenceError, SCHEME, parse};

const EXPECTED: &str = "oci://HOST/REPOSITORY";
/// What Docker's tools call their registry, and the host that answers for it.
const DOCKER_HUB: (&str, &str) = ("docker.io", "index.docker.io");

/// A repository of a registry, without a version: `oci://HOST/REPOSITORY`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArtefactRepository {
    /// The host as it was written.
    registry: String,
    path: String,
}

impl FromStr for ArtefactRepository {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let (reference, has_version) = parse(text, EXPECTED)?;
        match has_version {
            true => Err(ReferenceError::new(
                text,
                "it has a tag or a digest",
                EXPECTED,
            )),
            false => Ok(Self::of(&reference)),
        }
    }
}

impl ArtefactRepository {
    pub(crate) fn of(reference: &Reference) -> Self {
        Self {
            registry: reference.registry().to_owned(),
            path: reference.repository().to_owned(),
        }
    }

    /// The registry's host, with its port if there is one.
    #[must_use]
    pub fn host(&self) -> &str {
        match self.registry.as_str() {
            host if host == DOCKER_HUB.0 => DOCKER_HUB.1,
            host => host,
        }
    }

    /// The repository below the host: `acme/bellpull-acme`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The URL of something in the repository.
    pub(crate) fn url(&self, plain_http: bool, path: &str) -> Result<Url, url::ParseError> {
        let scheme = if plain_http { "http" } else { "https" };
        let (host, repository) = (self.host(), self.path());
        Url::parse(&format!("{scheme}://{host}/v2/{repository}/{path}"))
    }
}

impl fmt::Display for ArtefactRepository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, path } = self;
        write!(f, "{SCHEME}{registry}/{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_no_version() {
        let repository: ArtefactRepository = "oci://docker.io/acme/a".parse().unwrap();
        assert_eq!(
            (repository.host(), repository.path()),
            ("index.docker.io", "acme/a")
        );
        assert_eq!(repository.to_string(), "oci://docker.io/acme/a");
        for (text, reason) in [
            (
                "ghcr.io/acme/a",
                "begin with oci://; expected oci://HOST/REPOSITORY",
            ),
            ("oci://ghcr.io", "no repository"),
            ("oci://acme/a", "no host"),
            ("oci://ghcr.0x/acme/a", "its host is none: invalid IPv4"),
            (
                "oci://ghcr.io:99999/acme/a",
                "its host is none: invalid port",
            ),
            ("oci://ghcr.io/Acme/a", "upper-case"),
            ("oci://ghcr.io/acme/a:1", "a tag or a digest"),
            ("oci://ghcr.io/acme/a?x", "invalid"),
        ] {
            let error = text.parse::<ArtefactRepository>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
