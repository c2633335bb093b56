use bellpull_sdk::{Digest, Mac, Refusal};

/// The header of the HMAC-SHA256 of the body. GitHub uses this name for its SHA-1.
pub(crate) const HEADER: &str = "x-hub-signature";
/// The header of GitHub for the same MAC. Scripts and relays use it, and Flux reads it first.
pub(crate) const GITHUB_HEADER: &str = "x-hub-signature-256";

/// The MAC that a delivery presents. If GitHub's header is present, right or wrong, it alone
/// counts: otherwise a spoilt one would lead to a fallback. Both products sign with SHA-256.
/// SHA-512 is accepted too, but nothing weaker, unlike in Flux.
pub(crate) fn presented(own: &[Vec<u8>], github: &[Vec<u8>]) -> Result<Mac, Refusal> {
    let (name, values) = match github.is_empty() {
        true => (HEADER, own),
        false => (GITHUB_HEADER, github),
    };
    Mac::named_hex(name, &[Digest::Sha256, Digest::Sha512], values)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Secret `It's a Secret to Everybody`, body `Hello World!`.
    const RIGHT: &str = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";

    fn taken(value: &str) -> bool {
        both(&[value], &[])
    }

    fn both(own: &[&str], github: &[&str]) -> bool {
        let bytes = |values: &[&str]| -> Vec<Vec<u8>> {
            values.iter().map(|value| value.as_bytes().into()).collect()
        };
        presented(&bytes(own), &bytes(github)).is_ok()
    }

    #[test]
    fn takes_sha256_under_either_name() {
        assert!(both(&[RIGHT], &[]));
        assert!(both(&[], &[RIGHT]));
        assert!(both(&["sha256=00"], &[RIGHT]));
    }

    #[test]
    fn never_falls_back() {
        for spoilt in [&[""][..], &["sha256=00"], &[RIGHT, RIGHT]] {
            assert!(!both(&[RIGHT], spoilt), "{spoilt:?}");
        }
        assert!(!both(&[], &[]));
    }

    #[test]
    fn takes_nothing_that_bitbucket_does_not_send() {
        for value in [
            "",
            "sha256=",
            "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59",
            &["sha512=", &"0a".repeat(32)].concat(),
        ] {
            assert!(!taken(value), "{value:?}");
        }
    }
}
