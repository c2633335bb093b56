use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Part, Refusal};

/// A hash function of an HMAC (RFC 2104).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-1, for senders that have nothing stronger.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// The name in the contract. Senders write the same name before `=`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The length of a digest in bytes.
    pub const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A MAC that a delivery presents. It is decoded and as long as its digest, but not yet checked.
#[derive(Debug, PartialEq, Eq)]
pub struct Mac {
    digest: Digest,
    bytes: Vec<u8>,
}

impl Mac {
    /// Reads a MAC in hexadecimal, after `prefix`, from the one value of `header`. The prefix compares
    /// exactly, the digits without case.
    ///
    /// # Errors
    /// `unauthenticated` when the header is missing, empty or repeated, does not begin with the prefix,
    /// or does not hold hexadecimal digits of exactly one digest after it.
    pub fn hex(
        header: &str,
        prefix: &str,
        digest: Digest,
        values: &[Vec<u8>],
    ) -> Result<Self, Refusal> {
        let encoded = after(header, prefix, only(header, values)?)?;
        Self::decoded(header, digest, hex::decode(encoded).ok())
    }

    /// Reads a MAC in standard padded base64 (RFC 4648, section 4), after `prefix`, from the one value of
    /// `header`.
    ///
    /// # Errors
    /// As [`Mac::hex`].
    pub fn base64(
        header: &str,
        prefix: &str,
        digest: Digest,
        values: &[Vec<u8>],
    ) -> Result<Self, Refusal> {
        let encoded = after(header, prefix, only(header, values)?)?;
        Self::decoded(header, digest, STANDARD.decode(encoded).ok())
    }

    /// Reads a MAC in hexadecimal after the name of one of `digests` and `=`, as in `sha256=0f…`.
    ///
    /// # Errors
    /// As [`Mac::hex`], and for the name of any other digest.
    pub fn named_hex(
        header: &str,
        digests: &[Digest],
        values: &[Vec<u8>],
    ) -> Result<Self, Refusal> {
        let value = only(header, values)?;
        let found = digests.iter().find_map(|digest| {
            let rest = value.strip_prefix(digest.name().as_bytes())?;
            Some((*digest, rest.strip_prefix(b"=")?))
        });
        let Some((digest, encoded)) = found else {
            return Err(flaw(header, "names no algorithm that is accepted"));
        };
        Self::decoded(header, digest, hex::decode(encoded).ok())
    }

    fn decoded(header: &str, digest: Digest, bytes: Option<Vec<u8>>) -> Result<Self, Refusal> {
        let Some(bytes) = bytes else {
            return Err(flaw(header, "cannot be decoded"));
        };
        if bytes.len() != digest.length() {
            return Err(flaw(header, "is not as long as its digest"));
        }
        Ok(Self { digest, bytes })
    }

    /// The hash function of the MAC.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether this is the MAC of `message` under any active value of the credential `key`. The message
    /// is the concatenation of its parts. Asks the host.
    pub fn matches(&self, key: &str, message: &[Part]) -> bool {
        crate::host::credentials::verify_hmac(key, self.digest.name(), message, &self.bytes)
    }

    /// Checks that the MAC matches, as [`Mac::matches`].
    ///
    /// # Errors
    /// `unauthenticated`, with the name of the key, when it does not.
    pub fn check(&self, key: &str, message: &[Part]) -> Result<(), Refusal> {
        if self.matches(key, message) {
            return Ok(());
        }
        Err(Refusal::Unauthenticated(
            ["the signature does not match under '", key, "'"].concat(),
        ))
    }
}

fn only<'v>(header: &str, values: &'v [Vec<u8>]) -> Result<&'v [u8], Refusal> {
    match values {
        [] => Err(flaw(header, "is missing")),
        [value] if value.is_empty() => Err(flaw(header, "is empty")),
        [value] => Ok(value),
        _ => Err(flaw(header, "is repeated")),
    }
}

fn after<'v>(header: &str, prefix: &str, value: &'v [u8]) -> Result<&'v [u8], Refusal> {
    value
        .strip_prefix(prefix.as_bytes())
        .ok_or_else(|| flaw(header, "does not begin with its prefix"))
}

fn flaw(header: &str, flaw: &str) -> Refusal {
    Refusal::Unauthenticated(["signature header ", header, " ", flaw].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn hex_of(values: &[&str]) -> Result<Mac, Refusal> {
        let values: Vec<Vec<u8>> = values.iter().map(|value| value.as_bytes().into()).collect();
        Mac::hex("x-sig", "sha256=", Digest::Sha256, &values)
    }

    fn why(result: Result<Mac, Refusal>) -> String {
        match result {
            Err(Refusal::Unauthenticated(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn decodes_either_case_of_hex() {
        let lower = hex_of(&[&["sha256=", HEX].concat()]).unwrap();
        let upper = hex_of(&[&["sha256=", &HEX.to_uppercase()].concat()]).unwrap();
        assert_eq!(lower, upper);
        assert_eq!(lower.bytes.first(), Some(&0x75));
        assert_eq!(lower.digest(), Digest::Sha256);
    }

    #[test]
    fn refuses_what_is_not_exactly_one_digest() {
        let good = ["sha256=", HEX].concat();
        for (values, reason) in [
            (vec![], "is missing"),
            (vec![""], "is empty"),
            (vec![good.as_str(), good.as_str()], "is repeated"),
            (vec!["sha256="], "is not as long as its digest"),
            (vec![HEX], "does not begin with its prefix"),
            (
                vec![&["SHA256=", HEX].concat()],
                "does not begin with its prefix",
            ),
            (
                vec![&["sha1=", HEX].concat()],
                "does not begin with its prefix",
            ),
            (vec![&good[..good.len() - 1]], "cannot be decoded"),
            (
                vec![&good[..good.len() - 2]],
                "is not as long as its digest",
            ),
            (vec![&[&good, "0"].concat()], "cannot be decoded"),
            (
                vec![&[&good, "00"].concat()],
                "is not as long as its digest",
            ),
            (vec![&["sha256= ", HEX].concat()], "cannot be decoded"),
            (vec![&[&good, " "].concat()], "cannot be decoded"),
            (vec![&good.replace('7', "g")], "cannot be decoded"),
        ] {
            let found = why(hex_of(&values));
            assert_eq!(
                found,
                format!("signature header x-sig {reason}"),
                "{values:?}"
            );
        }
    }

    #[test]
    fn decodes_strict_base64() {
        let of =
            |value: &str| Mac::base64("x-sig", "v1,", Digest::Sha256, &[value.as_bytes().to_vec()]);
        let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert!(of(good).is_ok());
        for bad in [
            "v1,",
            "v1,====",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",
            "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "v1,AAAA",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn picks_the_named_digest_among_those_accepted() {
        let accepted = [Digest::Sha1, Digest::Sha256, Digest::Sha512];
        let of = |value: String| Mac::named_hex("x-sig", &accepted, &[value.into_bytes()]);
        for digest in accepted {
            let mac = of(format!(
                "{}={}",
                digest.name(),
                "ab".repeat(digest.length())
            ));
            assert_eq!(mac.unwrap().digest(), digest);
        }
        let sha384 = of(format!("sha384={}", "ab".repeat(48)));
        assert!(why(sha384).contains("names no algorithm"));
        assert!(of(format!("sha1={HEX}")).is_err());
        assert!(of("sha1".into()).is_err());
        assert!(of("=".into()).is_err());
    }
}
