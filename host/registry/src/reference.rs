use std::fmt;
use std::str::FromStr;

use crate::name::{ReferenceError, parse};
use crate::repository::ArtefactRepository;

const EXPECTED: &str = "oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST";

/// An artefact in a registry: `oci://HOST/REPOSITORY:TAG`, or `oci://HOST/REPOSITORY@sha256:…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtefactReference {
    repository: ArtefactRepository,
    tag: Option<String>,
    digest: Option<String>,
}

impl FromStr for ArtefactReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let (reference, has_version) = parse(text, EXPECTED)?;
        if !has_version {
            return Err(ReferenceError::new(
                text,
                "it has neither a tag nor a digest",
                EXPECTED,
            ));
        }
        Ok(Self {
            repository: ArtefactRepository::of(&reference),
            tag: reference.tag().map(str::to_owned),
            digest: reference.digest().map(str::to_owned),
        })
    }
}

impl ArtefactRepository {
    /// The artefact under a tag.
    ///
    /// # Errors
    /// When the text is no tag (OCI distribution-spec, "Pulling manifests").
    pub fn with_tag(&self, tag: &str) -> Result<ArtefactReference, ReferenceError> {
        let text = format!("{self}:{tag}");
        match text.parse::<ArtefactReference>() {
            Ok(artefact) if artefact.tag() == Some(tag) && artefact.digest().is_none() => {
                Ok(artefact)
            }
            Ok(_) => Err(ReferenceError::new(
                &text,
                "its tag is none",
                "oci://HOST/REPOSITORY:TAG",
            )),
            Err(error) => Err(error),
        }
    }

    /// The artefact of a digest: `sha256:` and hex.
    ///
    /// # Errors
    /// When the text is no digest of SHA-256.
    pub fn with_digest(&self, digest: &str) -> Result<ArtefactReference, ReferenceError> {
        format!("{self}@{digest}").parse()
    }
}

impl ArtefactReference {
    /// Where it is, without its version.
    #[must_use]
    pub fn repository(&self) -> &ArtefactRepository {
        &self.repository
    }

    /// The registry's host, with its port if there is one.
    #[must_use]
    pub fn host(&self) -> &str {
        self.repository.host()
    }

    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// `sha256:` and hex.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// The last part of the repository.
    #[must_use]
    pub fn name(&self) -> &str {
        let path = self.repository.path();
        path.rsplit('/').next().unwrap_or(path)
    }

    /// The same artefact by its digest.
    #[must_use]
    pub fn pinned(&self, digest: &str) -> Self {
        Self {
            digest: Some(digest.to_owned()),
            ..self.clone()
        }
    }

    /// What the manifest is asked for by: the digest, which decides, or the tag.
    pub(crate) fn version(&self) -> &str {
        let version = self.digest().or(self.tag());
        version.unwrap_or_default()
    }
}

impl fmt::Display for ArtefactReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
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
            let got = (read.host(), read.repository().path(), read.version());
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
            ("oci://ghcr.io/a:v\u{14b}", "its tag has a letter"),
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

    #[test]
    fn a_version_makes_it_an_artefact() {
        let repository: ArtefactRepository = "oci://localhost:5000/a".parse().unwrap();
        let tagged = repository.with_tag("1.0").unwrap();
        assert_eq!(tagged.to_string(), "oci://localhost:5000/a:1.0");
        let pinned = repository.with_digest(DIGEST).unwrap();
        assert_eq!(
            pinned.to_string(),
            format!("oci://localhost:5000/a@{DIGEST}")
        );
        let [smuggled, long] = [format!("1@{DIGEST}"), "a".repeat(129)];
        for tag in ["", "../../x", "a b", "a?n=1", &smuggled, &long] {
            let error = repository.with_tag(tag).unwrap_err().to_string();
            assert!(error.contains("names no artefact"), "{tag:?}: {error}");
        }
        for digest in ["", "sha256:1234", "1"] {
            assert!(repository.with_digest(digest).is_err(), "{digest:?}");
        }
    }
}
