use bellpull_sdk::{Digest, Mac, Refusal};

/// The header of the HMAC-SHA256 of the body. Relays also send SHA-512 in it, under that name. Flux
/// accepts that, and so does this provider, but nothing weaker than SHA-256.
pub(crate) const SHA256_HEADER: &str = "x-hub-signature-256";
/// The header of the HMAC-SHA1 of the body. Old Enterprise Servers send nothing else. Senders that
/// imitate GitHub, such as Bitbucket Cloud, use it for stronger digests.
pub(crate) const SHA1_HEADER: &str = "x-hub-signature";

/// The MAC to check. If the stronger header is present, right or wrong, it alone counts: otherwise
/// a spoilt one would lead to a fallback.
pub(crate) fn presented(sha256: &[Vec<u8>], sha1: &[Vec<u8>]) -> Result<Mac, Refusal> {
    if sha256.is_empty() && !sha1.is_empty() {
        let any = [Digest::Sha256, Digest::Sha512, Digest::Sha1];
        Mac::named_hex(SHA1_HEADER, &any, sha1)
    } else {
        let strong = [Digest::Sha256, Digest::Sha512];
        Mac::named_hex(SHA256_HEADER, &strong, sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Secret `It's a Secret to Everybody`, body `Hello, World!`: the first is GitHub's own example.
    const SHA256: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const SHA1: &str = "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59";

    fn digest(sha256: &[&str], sha1: &[&str]) -> Option<Digest> {
        let bytes = |values: &[&str]| -> Vec<Vec<u8>> {
            values.iter().map(|value| value.as_bytes().into()).collect()
        };
        presented(&bytes(sha256), &bytes(sha1))
            .ok()
            .map(|mac| mac.digest())
    }

    #[test]
    fn prefers_the_stronger() {
        assert_eq!(digest(&[SHA256], &[SHA1]), Some(Digest::Sha256));
        assert_eq!(digest(&[SHA256], &[]), Some(Digest::Sha256));
        assert_eq!(digest(&[], &[SHA1]), Some(Digest::Sha1));
    }

    #[test]
    fn the_older_header_holds_stronger_ones_too() {
        assert_eq!(digest(&[], &[SHA256]), Some(Digest::Sha256));
        let long = ["sha512=", &"0a".repeat(64)].concat();
        assert_eq!(digest(&[], &[&long]), Some(Digest::Sha512));
        assert_eq!(digest(&[&long], &[SHA1]), Some(Digest::Sha512));
    }

    #[test]
    fn never_falls_back() {
        for spoilt in ["", "sha256=", "sha256=00", "sha1=00", SHA1] {
            assert_eq!(digest(&[spoilt], &[SHA1]), None, "{spoilt:?}");
        }
        assert_eq!(digest(&[SHA256, SHA256], &[SHA1]), None);
        assert_eq!(digest(&[], &[SHA1, SHA1]), None);
        assert_eq!(digest(&[], &[]), None);
    }
}
