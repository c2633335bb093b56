use std::fmt;
use std::str::FromStr;

use oci_spec::distribution::Reference;
use url::Url;

/// How a reference to an artefact begins, as in Flux's OCIRepository.
pub const SCHEME: &str = "oci://";
/// What Docker's tools call their registry, and the host that answers for it.
const DOCKER_HUB: (&str, &str) = ("docker.io", "index.docker.io");

/// An artefact in a registry: `oci://HOST/REPOSITORY:TAG`, or `oci://HOST/REPOSITORY@sha256:…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtefactReference {
    reference: Reference,
}

/// Why a text names no artefact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} names no artefact: {reason}; expected {SCHEME}HOST/REPOSITORY:TAG or …@sha256:DIGEST"
)]
pub struct ReferenceError {
    text: String,
    reason: String,
}

impl FromStr for ArtefactReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let error = |reason: &str| ReferenceError {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let rest = text.strip_prefix(SCHEME);
        let rest = rest.ok_or_else(|| error("it does not begin with oci://"))?;
        let (host, repository) = rest
            .split_once('/')
            .ok_or_else(|| error("it has no repository"))?;
        // The parser takes a first segment without a dot or a port for a repository of Docker Hub.
        if !host.contains(['.', ':']) && host != "localhost" {
            return Err(error("its first part is no host"));
        }
        if !repository.contains([':', '@']) {
            return Err(error("it has neither a tag nor a digest"));
        }
        let path = repository.split([':', '@']).next().unwrap_or_default();
        if path.contains(|c: char| c.is_ascii_uppercase()) {
            return Err(error("its repository has an upper-case letter"));
        }
        let reference: Reference = rest.parse().map_err(|reason| ReferenceError {
            text: text.to_owned(),
            reason: format!("{reason}"),
        })?;
        if reference.digest().is_some_and(|digest| !is_sha256(digest)) {
            return Err(error("its digest is not one of SHA-256"));
        }
        Ok(Self { reference })
    }
}

fn is_sha256(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64 && !digits.contains(|c: char| c.is_ascii_uppercase())
    })
}

impl ArtefactReference {
    /// The registry's host, with its port if there is one.
    #[must_use]
    pub fn host(&self) -> &str {
        match self.reference.registry() {
            host if host == DOCKER_HUB.0 => DOCKER_HUB.1,
            host => host,
        }
    }

    #[must_use]
    pub fn repository(&self) -> &str {
        self.reference.repository()
    }

    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.reference.tag()
    }

    /// `sha256:` and hex.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.reference.digest()
    }

    /// The last part of the repository.
    #[must_use]
    pub fn name(&self) -> &str {
        let repository = self.repository();
        repository.rsplit('/').next().unwrap_or(repository)
    }

    /// The same artefact by its digest.
    #[must_use]
    pub fn pinned(&self, digest: &str) -> Self {
        let reference = &self.reference;
        let (registry, repository) = (reference.registry(), reference.repository());
        let [registry, repository] = [registry, repository].map(str::to_owned);
        Self {
            reference: match reference.tag() {
                Some(tag) => Reference::with_tag_and_digest(
                    registry,
                    repository,
                    tag.to_owned(),
                    digest.to_owned(),
                ),
                None => Reference::with_digest(registry, repository, digest.to_owned()),
            },
        }
    }

    /// What the manifest is asked for by: the digest, which decides, or the tag.
    pub(crate) fn version(&self) -> &str {
        let version = self.digest().or(self.tag());
        version.unwrap_or_default()
    }

    /// The URL of something in the repository.
    pub(crate) fn url(&self, plain_http: bool, path: &str) -> Result<Url, url::ParseError> {
        let scheme = if plain_http { "http" } else { "https" };
        let (host, repository) = (self.host(), self.repository());
        Url::parse(&format!("{scheme}://{host}/v2/{repository}/{path}"))
    }
}

impl fmt::Display for ArtefactReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn an_artefact_has_a_host_a_repository_and_a_version() {
        let pinned = format!("oci://ghcr.io/acme/bellpull-acme:1.0@{DIGEST}");
        let cases = [
            (
                "oci://ghcr.io/acme/bellpull-acme:1.4.2",
                "ghcr.io",
                "acme/bellpull-acme",
                "1.4.2",
            ),
            ("oci://localhost:5000/a:b", "localhost:5000", "a", "b"),
            ("oci://localhost/a:b", "localhost", "a", "b"),
            ("oci://127.0.0.1:5000/a:b", "127.0.0.1:5000", "a", "b"),
            ("oci://docker.io/acme/a:b", "index.docker.io", "acme/a", "b"),
            (pinned.as_str(), "ghcr.io", "acme/bellpull-acme", DIGEST),
        ];
        for (text, host, repository, version) in cases {
            let read: ArtefactReference = text.parse().unwrap();
            let got = (read.host(), read.repository(), read.version());
            assert_eq!(got, (host, repository, version), "{text}");
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        for (text, reason) in [
            ("ghcr.io/acme/a:1", "begin with oci://"),
            ("oci://ghcr.io", "no repository"),
            ("oci://acme/a:1", "no host"),
            ("oci://ghcr.io/acme/a", "neither a tag nor a digest"),
            ("oci://ghcr.io/Acme/a:1", "upper-case"),
            ("oci://ghcr.io/a@sha256:1234", "invalid"),
            ("oci://user@ghcr.io/a:1", "invalid"),
        ] {
            let error = text.parse::<ArtefactReference>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_digest_pins_a_tag() {
        let tagged: ArtefactReference = "oci://ghcr.io/acme/a:1".parse().unwrap();
        let pinned = tagged.pinned(DIGEST);
        assert_eq!(
            pinned.to_string(),
            format!("oci://ghcr.io/acme/a:1@{DIGEST}")
        );
        assert_eq!((pinned.version(), pinned.name()), (DIGEST, "a"));
    }
}
