//! References to images.

/// The parts of `registry/repository[:tag][@digest]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageReference<'t> {
    /// The part before tag and digest, with the port of the registry.
    pub repository: &'t str,
    /// The tag. `None` if it is empty: senders write `image:` for an image without a tag.
    pub tag: Option<&'t str>,
    /// The digest, with its algorithm.
    pub digest: Option<&'t str>,
}

impl<'t> ImageReference<'t> {
    /// Splits any text as a reference. A scheme in front is dropped.
    pub fn of(text: &'t str) -> Self {
        let text = without_scheme(text);
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let (repository, tag) = match name.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (name, None),
        };
        Self {
            repository,
            tag: tag.filter(|tag| !tag.is_empty()),
            digest: digest.filter(|digest| !digest.is_empty()),
        }
    }
}

/// The part of a URL after its scheme, or the whole text if it has none.
pub fn without_scheme(url: &str) -> &str {
    // To search for a character takes much less code than to search for a text.
    let address = url
        .split_once(':')
        .and_then(|(_, rest)| rest.strip_prefix("//"));
    address.unwrap_or(url)
}

/// Whether an image can have this tag (OCI distribution specification 1.1, "Pulling manifests"). Some
/// senders write a digest or a whole reference in place of a tag.
pub fn is_tag(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let is_first = |byte: &u8| !matches!(byte, b'.' | b'-');
    text.len() <= 128 && text.bytes().all(is_sign) && text.as_bytes().first().is_some_and(is_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_passed_over() {
        for (url, address) in [
            ("https://r.io:8443/app", "r.io:8443/app"),
            ("oci://r.io/app", "r.io/app"),
            ("r.io:8443/app", "r.io:8443/app"),
            ("//r.io", "//r.io"),
            ("", ""),
        ] {
            assert_eq!(without_scheme(url), address, "{url}");
        }
    }

    #[test]
    fn a_tag_is_no_digest_and_no_reference() {
        for tag in ["v1.4.2", "latest", "_", "1.0.0_build.5", &"x".repeat(128)] {
            assert!(is_tag(tag), "{tag}");
        }
        for other in [
            "",
            "sha256:00",
            "octo/app:v1",
            "v1 ",
            ".v1",
            "-v1",
            "é",
            &"x".repeat(129),
        ] {
            assert!(!is_tag(other), "{other}");
        }
    }

    #[test]
    fn takes_tag_and_digest_off_and_leaves_the_port() {
        for (text, repository, tag, digest) in [
            ("ghcr.io/octo/app", "ghcr.io/octo/app", None, None),
            ("ghcr.io/octo/app:v1", "ghcr.io/octo/app", Some("v1"), None),
            ("ghcr.io/octo/app:", "ghcr.io/octo/app", None, None),
            ("r.io:8443/octo/app", "r.io:8443/octo/app", None, None),
            (
                "r.io:8443/octo/app:v1@sha256:00",
                "r.io:8443/octo/app",
                Some("v1"),
                Some("sha256:00"),
            ),
            ("r.io/app@sha256:00", "r.io/app", None, Some("sha256:00")),
            ("r.io/app@", "r.io/app", None, None),
            ("https://r.io/app:v1", "r.io/app", Some("v1"), None),
            ("", "", None, None),
        ] {
            let expected = ImageReference {
                repository,
                tag,
                digest,
            };
            assert_eq!(ImageReference::of(text), expected, "{text:?}");
        }
    }
}
