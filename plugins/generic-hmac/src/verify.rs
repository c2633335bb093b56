use bellpull_sdk::{Digest, Mac, Refusal};

/// The header of the MAC, `<algorithm>=<hex>` of the body.
pub(crate) const HEADER: &str = "x-signature";

/// The algorithms that Flux accepts.
const ACCEPTED: [Digest; 3] = [Digest::Sha1, Digest::Sha256, Digest::Sha512];

/// The MAC in these values of the header.
pub(crate) fn presented(values: &[Vec<u8>]) -> Result<Mac, Refusal> {
    Mac::named_hex(HEADER, &ACCEPTED, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(value: &str) -> Option<Digest> {
        presented(&[value.as_bytes().to_vec()])
            .ok()
            .map(|mac| mac.digest())
    }

    #[test]
    fn takes_the_algorithms_of_flux() {
        // Key `key`, message `The quick brown fox jumps over the lazy dog`: published with HMAC.
        let published = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert_eq!(digest(published), Some(Digest::Sha256));
        assert_eq!(
            digest("sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"),
            Some(Digest::Sha1)
        );
        assert_eq!(
            digest(&["sha512=", &"0a".repeat(64)].concat()),
            Some(Digest::Sha512)
        );
    }

    #[test]
    fn takes_no_other() {
        for value in [
            "",
            "sha256=",
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            "SHA256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            "sha512=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            "sha1=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            "md5=80070713463e7749b90c2dc24911e275",
        ] {
            assert_eq!(digest(value), None, "{value:?}");
        }
        let twice = ["sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"; 2];
        assert!(presented(&twice.map(|value| value.as_bytes().to_vec())).is_err());
    }
}
