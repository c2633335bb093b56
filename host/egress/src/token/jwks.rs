use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bellpull_core::{limits, text};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::jws::Token;
use super::public_key::JwsPublicKey;

/// The most keys in a set. Large issuers publish fewer than twenty.
const MAX_KEYS: usize = 64;
/// Bits of an RSA modulus. RFC 7518, section 3.3 sets the minimum; the maximum is still fast.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys that an issuer publishes (RFC 7517, section 5).
#[derive(Debug)]
pub struct KeySet(Vec<IssuerKey>);

#[derive(Debug)]
struct IssuerKey {
    id: Option<String>,
    algorithm: Option<String>,
    public: JwsPublicKey,
}

/// Whether a key of a set has signed a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureCheck {
    /// One of the keys has signed it.
    Signed,
    /// The key that the token names has not signed it.
    Forged,
    /// The key that the token names is not for the token's algorithm.
    Unfit,
    /// The set has no key of that name. If the token names none, no key has signed it.
    Unknown,
}

#[derive(Deserialize)]
struct JwkSet<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The members of a JWK that are read, of all types of keys (RFC 7517, section 4; RFC 7518, section
/// 6).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Parses a JWK set. Skips keys of other types, other uses or sizes out of range, as RFC 7517,
    /// section 5 requires.
    ///
    /// # Errors
    /// When the text is not a JWK set, or holds no usable key.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let set: JwkSet<'_> = serde_json::from_slice(json).map_err(|error| {
            // The parser quotes a value of any length.
            let reason = text::printable(&error.to_string(), limits::GUEST_TEXT);
            format!("not a JWK set: {reason}")
        })?;
        if set.keys.len() > MAX_KEYS {
            return Err(format!(
                "{} keys, at most {MAX_KEYS} are taken",
                set.keys.len()
            ));
        }
        let jwks = set.keys.iter().copied();
        let keys: Vec<IssuerKey> = jwks.filter_map(IssuerKey::parse).collect();
        if keys.is_empty() {
            return Err("no key for signatures among the keys".to_owned());
        }
        Ok(Self(keys))
    }

    /// Looks for the key that has signed the token. If the token names a key, no other is tried
    /// (RFC 7515, section 4.1.4).
    #[must_use]
    pub fn check(&self, token: &Token) -> SignatureCheck {
        let named = token.key_id().is_some();
        let mut found = SignatureCheck::Unknown;
        for key in &self.0 {
            if named && key.id.as_deref() != token.key_id() {
                continue;
            }
            if !key.is_for(token) {
                if named && found == SignatureCheck::Unknown {
                    found = SignatureCheck::Unfit;
                }
                continue;
            }
            if key
                .public
                .verifies(token.algorithm(), token.signed(), token.signature())
            {
                return SignatureCheck::Signed;
            }
            if named {
                found = SignatureCheck::Forged;
            }
        }
        found
    }
}

impl IssuerKey {
    fn parse(jwk: &RawValue) -> Option<Self> {
        let jwk: Jwk = serde_json::from_str(jwk.get()).ok()?;
        // RFC 7517, sections 4.2 and 4.3.
        let for_signatures = jwk.usage.as_deref().is_none_or(|usage| usage == "sig")
            && jwk
                .key_ops
                .as_ref()
                .is_none_or(|operations| operations.iter().any(|one| one == "verify"));
        if !for_signatures {
            return None;
        }
        let public = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => rsa(&jwk)?,
            ("EC", Some("P-256")) => JwsPublicKey::P256(point(&jwk, 32)?),
            ("EC", Some("P-384")) => JwsPublicKey::P384(point(&jwk, 48)?),
            ("OKP", Some("Ed25519")) => JwsPublicKey::Ed25519(bytes_of(jwk.x.as_deref(), 32)?),
            _ => return None,
        };
        Some(Self {
            id: jwk.kid,
            algorithm: jwk.alg,
            public,
        })
    }

    /// Whether the key's type and its own `alg` (RFC 7517, section 4.4) allow the token's
    /// algorithm.
    fn is_for(&self, token: &Token) -> bool {
        let algorithm = token.algorithm();
        let own = self.algorithm.as_deref();
        self.public.fits(algorithm) && own.is_none_or(|own| own == algorithm.name())
    }
}

fn rsa(jwk: &Jwk) -> Option<JwsPublicKey> {
    let modulus = unsigned(jwk.n.as_deref()?)?;
    let exponent = unsigned(jwk.e.as_deref()?)?;
    let first = modulus.first()?;
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    RSA_BITS
        .contains(&bits)
        .then_some(JwsPublicKey::Rsa { modulus, exponent })
}

/// Base64urlUInt (RFC 7518, section 2). Leading zeros are dropped, since some issuers write them.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = decode(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).map(<[u8]>::to_vec)
}

/// Each coordinate is as long as the field of the curve (RFC 7518, section 6.2.1.2).
fn point(jwk: &Jwk, length: usize) -> Option<Vec<u8>> {
    const UNCOMPRESSED: u8 = 4;
    let x = bytes_of(jwk.x.as_deref(), length)?;
    let y = bytes_of(jwk.y.as_deref(), length)?;
    Some([&[UNCOMPRESSED], x.as_slice(), y.as_slice()].concat())
}

fn bytes_of(text: Option<&str>, length: usize) -> Option<Vec<u8>> {
    decode(text?).filter(|bytes| bytes.len() == length)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}
