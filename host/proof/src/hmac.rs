use std::fmt;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The digest of an HMAC (RFC 2104).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacAlgorithm {
    /// Legacy. HMAC-SHA1 is not known to be broken (RFC 6151 argues this for MD5).
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl HmacAlgorithm {
    /// The algorithm with that name in the contract.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "sha1" => Self::Sha1,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }
}

/// The text encoding of a MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacEncoding {
    /// Hexadecimal in lower case.
    Hex,
    /// Standard base64 with padding (RFC 4648, section 4).
    Base64,
}

impl MacEncoding {
    /// The encoding with that name in the contract.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "hex" => Self::Hex,
            "base64" => Self::Base64,
            _ => return None,
        })
    }

    /// Encodes a MAC.
    #[must_use]
    pub fn of(self, mac: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(mac),
            Self::Base64 => BASE64_STANDARD.encode(mac),
        }
    }
}

/// A key that is wiped on drop. Its inner and outer states are computed at the first use with each
/// algorithm.
pub(crate) struct MacKey {
    key: Zeroizing<Vec<u8>>,
    sha1: OnceLock<Box<Hmac<Sha1>>>,
    sha256: OnceLock<Box<Hmac<Sha256>>>,
    sha384: OnceLock<Box<Hmac<Sha384>>>,
    sha512: OnceLock<Box<Hmac<Sha512>>>,
}

impl MacKey {
    pub(crate) fn new(key: Zeroizing<Vec<u8>>) -> Self {
        Self {
            key,
            sha1: OnceLock::new(),
            sha256: OnceLock::new(),
            sha384: OnceLock::new(),
            sha512: OnceLock::new(),
        }
    }

    /// The MAC of the concatenated parts.
    pub(crate) fn mac(&self, algorithm: HmacAlgorithm, parts: &[&[u8]]) -> Vec<u8> {
        macro_rules! mac {
            ($cell:ident, $digest:ty) => {{
                let prepared = self.$cell.get_or_init(|| {
                    let hmac = Hmac::<$digest>::new_from_slice(&self.key);
                    // This cannot fail: RFC 2104 allows keys of any length.
                    Box::new(
                        hmac.unwrap_or_else(|_| unreachable!("HMAC allows keys of any length")),
                    )
                });
                let mut mac = (**prepared).clone();
                for part in parts {
                    mac.update(part);
                }
                mac.finalize().into_bytes().to_vec()
            }};
        }
        match algorithm {
            HmacAlgorithm::Sha1 => mac!(sha1, Sha1),
            HmacAlgorithm::Sha256 => mac!(sha256, Sha256),
            HmacAlgorithm::Sha384 => mac!(sha384, Sha384),
            HmacAlgorithm::Sha512 => mac!(sha512, Sha512),
        }
    }

    /// Whether `mac` is the complete MAC. Takes constant time.
    pub(crate) fn verify(&self, algorithm: HmacAlgorithm, parts: &[&[u8]], mac: &[u8]) -> bool {
        self.mac(algorithm, parts).as_slice().ct_eq(mac).into()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
