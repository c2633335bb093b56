use bellpull_sdk::{Digest, Mac, Refusal};

/// HMAC-SHA256 of the body, under the name that GitHub gave to its SHA-1.
pub(crate) const HEADER: &str = "x-hub-signature";

/// The MAC that the header presents. Both products sign with SHA-256 and nothing weaker is taken,
/// though Flux's receiver would.
pub(crate) fn presented(values: &[Vec<u8>]) -> Result<Mac, Refusal> {
    Mac::hex(HEADER, "sha256=", Digest::Sha256, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(value: &str) -> bool {
        presented(&[value.as_bytes().to_vec()]).is_ok()
    }

    #[test]
    fn takes_sha256_under_the_old_name() {
        // Secret `It's a Secret to Everybody`, body `Hello World!`.
        assert!(taken(
            "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        ));
    }

    #[test]
    fn takes_nothing_that_bitbucket_does_not_send() {
        for value in [
            "",
            "sha256=",
            "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59",
            &["sha512=", &"0a".repeat(64)].concat(),
        ] {
            assert!(!taken(value), "{value:?}");
        }
    }
}
