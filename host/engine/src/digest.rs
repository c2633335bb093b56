use std::fmt;

use sha2::{Digest as _, Sha256};

const ALGORITHM: &str = "sha256:";

/// SHA-256 of a component's bytes: its identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// A digest that was computed before.
    #[must_use]
    pub const fn known(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Reads a digest as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(ALGORITHM)?;
        let is_lowercase = !digits.contains(|c: char| c.is_ascii_uppercase());
        let mut digest = [0; 32];
        hex::decode_to_slice(digits, &mut digest).ok()?;
        is_lowercase.then_some(Self(digest))
    }

    #[must_use]
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }
}

/// `sha256:` and hex, as OCI writes digests (image-spec, descriptor.md, "Digests").
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM}{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = Digest::of(b"a");
        let written = digest.to_string();
        assert_eq!(Digest::parse(&written), Some(digest));
        let wrong = [
            "",
            "sha256:",
            &written[..written.len() - 1],
            &format!("{written}0"),
            &written.to_uppercase(),
            &written.replace("sha256:", "sha512:"),
            &written.replace(':', "-"),
        ];
        for text in wrong {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }
}
