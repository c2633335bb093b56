use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Token;
use super::algorithm::PublicKey;

/// Keys in one set: the large issuers publish fewer than twenty.
const MAX_KEYS: usize = 64;
/// Bits of an RSA modulus: what RFC 7518, section 3.3 asks for, and what is still quick.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys that an issuer publishes (RFC 7517, section 5).
#[derive(Debug)]
pub(crate) struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    id: Option<String>,
    algorithm: Option<String>,
    public: PublicKey,
}

/// What a set of keys says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// One of the keys has signed it.
    Signed,
    /// Not the key that the token names.
    Forged,
    /// The key that the token names is not for its algorithm.
    Unfit,
    /// No key of that name; of a token that names none, none that has signed it.
    Unknown,
}

#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The members that matter, of all types of keys (RFC 7517, section 4; RFC 7518, section 6).
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
    /// Reads a JWK set. Keys of other types, of other uses or out of range are passed over, as RFC
    /// 7517, section 5 asks.
    ///
    /// # Errors
    /// When it is none, or holds no key that is of use.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let set: Set<'_> =
            serde_json::from_slice(json).map_err(|error| format!("not a JWK set: {error}"))?;
        if set.keys.len() > MAX_KEYS {
            return Err(format!(
                "{} keys, at most {MAX_KEYS} are taken",
                set.keys.len()
            ));
        }
        let jwks = set.keys.iter().copied();
        let keys: Vec<Key> = jwks.filter_map(Key::parse).collect();
        if keys.is_empty() {
            return Err("no key for signatures among the keys".to_owned());
        }
        Ok(Self(keys))
    }

    /// Looks for the key that has signed the token. Where the token names a key, no other is tried
    /// (RFC 7515, section 4.1.4).
    pub(crate) fn check(&self, token: &Token) -> Match {
        let named = token.key_id().is_some();
        let mut found = Match::Unknown;
        for key in &self.0 {
            if named && key.id.as_deref() != token.key_id() {
                continue;
            }
            if !key.is_for(token) {
                if named && found == Match::Unknown {
                    found = Match::Unfit;
                }
                continue;
            }
            if key
                .public
                .verifies(token.algorithm(), token.signed(), token.signature())
            {
                return Match::Signed;
            }
            if named {
                found = Match::Forged;
            }
        }
        found
    }
}

impl Key {
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
            ("EC", Some("P-256")) => PublicKey::P256(point(&jwk, 32)?),
            ("EC", Some("P-384")) => PublicKey::P384(point(&jwk, 48)?),
            ("OKP", Some("Ed25519")) => PublicKey::Ed25519(bytes_of(jwk.x.as_deref(), 32)?),
            _ => return None,
        };
        Some(Self {
            id: jwk.kid,
            algorithm: jwk.alg,
            public,
        })
    }

    /// Whether both the key's type and its own `alg` (RFC 7517, section 4.4) allow the token's.
    fn is_for(&self, token: &Token) -> bool {
        let algorithm = token.algorithm();
        let own = self.algorithm.as_deref();
        self.public.fits(algorithm) && own.is_none_or(|own| own == algorithm.name())
    }
}

fn rsa(jwk: &Jwk) -> Option<PublicKey> {
    let modulus = unsigned(jwk.n.as_deref()?)?;
    let exponent = unsigned(jwk.e.as_deref()?)?;
    let first = modulus.first()?;
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    RSA_BITS
        .contains(&bits)
        .then_some(PublicKey::Rsa { modulus, exponent })
}

/// Base64urlUInt (RFC 7518, section 2). Some issuers write a leading zero all the same.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = decode(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).map(<[u8]>::to_vec)
}

/// Coordinates are as long as the curve's field (RFC 7518, section 6.2.1.2).
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
