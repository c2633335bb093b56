//! The texts that name artefacts and repositories.

use oci_spec::distribution::Reference;
use url::Url;

/// How the name of an artefact or of a repository begins, as in Flux's OCIRepository.
pub const SCHEME: &str = "oci://";

/// Why a text names no artefact, or no repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no artefact: {reason}; expected {expected}")]
pub struct ReferenceError {
    text: String,
    reason: String,
    expected: &'static str,
}

impl ReferenceError {
    pub(crate) fn new(text: &str, reason: &str, expected: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            reason: reason.to_owned(),
            expected,
        }
    }
}

/// Parses a name, and says whether it has a tag or a digest. One without them gets a tag that nobody wrote.
pub(crate) fn parse(
    text: &str,
    expected: &'static str,
) -> Result<(Reference, bool), ReferenceError> {
    let error = |reason: &str| ReferenceError::new(text, reason, expected);
    let rest = text.strip_prefix(SCHEME);
    let rest = rest.ok_or_else(|| error("it does not begin with oci://"))?;
    let (host, repository) = rest
        .split_once('/')
        .ok_or_else(|| error("it has no repository"))?;
    // The parser takes a first segment without a dot or a port for a repository of Docker Hub.
    if !host.contains(['.', ':']) && host != "localhost" {
        return Err(error("its first part is no host"));
    }
    Url::parse(&format!("https://{host}/"))
        .map_err(|reason| error(&format!("its host is none: {reason}")))?;
    let path = repository.split([':', '@']).next().unwrap_or_default();
    if path.contains(|c: char| c.is_ascii_uppercase()) {
        return Err(error("its repository has an upper-case letter"));
    }
    let reference: Reference = rest.parse().map_err(|reason| error(&format!("{reason}")))?;
    if reference.digest().is_some_and(|digest| !is_sha256(digest)) {
        return Err(error("its digest is not one of SHA-256"));
    }
    // The parser takes letters of any language (OCI distribution-spec, "Pulling manifests").
    if reference.tag().is_some_and(|tag| !tag.is_ascii()) {
        return Err(error("its tag has a letter that no tag has"));
    }
    Ok((reference, path.len() < repository.len()))
}

fn is_sha256(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64 && !digits.contains(|c: char| c.is_ascii_uppercase())
    })
}
