use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::binding::{Binding, CredentialUse, Encoding};
use crate::hmac::{Algorithm, MacKey};
use crate::signature::{self, KeyError, PublicKey};
use crate::{Delivery, Part, Source, message_parts};

/// Bytes that cannot be printed and are wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Whoever calls this keeps them from logs, errors and plugins.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The key of what is no secret, though a request must present it: a name that stands in repositories
/// and accounts, as in a Secret of type `kubernetes.io/basic-auth`.
const USERNAME: &str = "username";

/// A Secret's values by key.
pub type SecretData = BTreeMap<String, SecretBytes>;

/// The key of the value that a rotation leaves behind: `token` → `previousToken`.
#[must_use]
pub(crate) fn previous_key(key: &str) -> String {
    let mut letters = key.chars();
    match letters.next() {
        Some(first) => format!("previous{}{}", first.to_ascii_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Why a Secret does not carry what a binding needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Not there.
    #[error("required fields '{0}'")]
    Missing(String),
    /// There and empty.
    #[error("field '{0}' is empty")]
    Empty(String),
    /// Not in the encoding that the provider expects.
    #[error("field '{0}' is not {1}")]
    Encoding(String, &'static str),
}

struct Credential {
    value: SecretBytes,
    // Comparing digests keeps the length of the credential out of the time that it takes.
    digest: [u8; 32],
    mac_key: MacKey,
}

/// The prepared credentials of one Receiver: checked here, readable nowhere.
pub struct Credentials {
    // Few, so that a tree would be mostly room for more.
    keys: Vec<(String, Vec<Credential>)>,
}

impl Credentials {
    /// Prepares what `binding` needs of `secret`, the previous value of each key included.
    ///
    /// # Errors
    /// Every key that is missing, empty or not in its encoding.
    pub fn prepare(secret: &SecretData, binding: &Binding) -> Result<Self, Vec<CredentialError>> {
        let mut keys = Vec::with_capacity(binding.credentials.len());
        let mut errors = Vec::new();
        for wanted in &binding.credentials {
            match active_values(secret, wanted) {
                Ok(values) => {
                    keys.push((wanted.key.clone(), values));
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(Self { keys })
        } else {
            Err(errors)
        }
    }

    /// Whether `mac` is the HMAC of the message under any active value of `key`.
    #[must_use]
    pub fn verify_hmac(
        &self,
        key: &str,
        algorithm: Algorithm,
        delivery: &Delivery,
        message: &[Part],
        mac: &[u8],
    ) -> bool {
        let Some(parts) = message_parts(delivery, message) else {
            return false;
        };
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let mut matched = false;
        for credential in self.values(key) {
            matched |= credential.mac_key.verify(algorithm, &parts, mac);
        }
        matched
    }

    /// Whether the signature of the message is by any active value of `key`, which is a public key in
    /// PEM.
    ///
    /// # Errors
    /// When none of them is such a key.
    pub fn verify_signature(
        &self,
        key: &str,
        algorithm: signature::Algorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<bool, KeyError> {
        let mut verified = Ok(false);
        for credential in self.values(key) {
            let text = String::from_utf8_lossy(credential.value.expose());
            let one = PublicKey::from_pem(&text)
                .and_then(|key| key.verify(algorithm, message, signature));
            match one {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => verified = Err(error),
            }
        }
        verified
    }

    /// Whether the delivery presents any active value of `key` at `source`.
    #[must_use]
    pub fn matches(&self, key: &str, source: &Source, delivery: &Delivery) -> bool {
        let Some(presented) = source.presented(delivery).filter(|bytes| !bytes.is_empty()) else {
            return false;
        };
        let digest = Sha256::digest(&presented);
        let mut matched = Choice::from(0);
        for credential in self.values(key) {
            matched |= credential.digest.as_slice().ct_eq(digest.as_slice());
        }
        matched.into()
    }

    /// How many active values `key` has.
    #[must_use]
    pub fn active(&self, key: &str) -> usize {
        self.values(key).len()
    }

    /// Every value that is a secret, so that text on its way out can be scrubbed of them.
    pub fn values_to_scrub(&self) -> impl Iterator<Item = &[u8]> {
        self.keys
            .iter()
            .filter(|(key, _)| key != USERNAME)
            .flat_map(|(_, values)| values)
            .map(|credential| credential.value.expose())
    }

    fn values(&self, key: &str) -> &[Credential] {
        let found = self.keys.iter().find(|(name, _)| name == key);
        found.map_or(&[], |(_, values)| values)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.iter().map(|(key, _)| key);
        f.debug_set().entries(keys).finish()
    }
}

/// A MAC as a sender computes it, for signing samples.
///
/// # Errors
/// When the key is not in its encoding.
pub fn sign(
    value: &SecretBytes,
    key: &str,
    encoding: Encoding,
    algorithm: Algorithm,
    parts: &[&[u8]],
) -> Result<Vec<u8>, CredentialError> {
    let decoded = decode(value.expose(), encoding)
        .ok_or_else(|| CredentialError::Encoding(key.to_owned(), expected(encoding)))?;
    Ok(MacKey::new(decoded).mac(algorithm, parts))
}

fn active_values(
    secret: &SecretData,
    wanted: &CredentialUse,
) -> Result<Vec<Credential>, CredentialError> {
    let current = secret
        .get(&wanted.key)
        .ok_or_else(|| CredentialError::Missing(wanted.key.clone()))?;
    let mut values = vec![prepare(current, &wanted.key, wanted.encoding)?];
    let previous = previous_key(&wanted.key);
    // An empty previous value is how a rotation is often ended; it must not match anything.
    if let Some(value) = secret
        .get(&previous)
        .filter(|value| !value.expose().is_empty())
    {
        values.push(prepare(value, &previous, wanted.encoding)?);
    }
    Ok(values)
}

fn prepare(
    value: &SecretBytes,
    key: &str,
    encoding: Encoding,
) -> Result<Credential, CredentialError> {
    if value.expose().is_empty() {
        return Err(CredentialError::Empty(key.to_owned()));
    }
    let decoded = decode(value.expose(), encoding)
        .ok_or_else(|| CredentialError::Encoding(key.to_owned(), expected(encoding)))?;
    if decoded.is_empty() {
        return Err(CredentialError::Empty(key.to_owned()));
    }
    Ok(Credential {
        digest: Sha256::digest(value.expose()).into(),
        value: value.clone(),
        mac_key: MacKey::new(decoded),
    })
}

fn decode(text: &[u8], encoding: Encoding) -> Option<Zeroizing<Vec<u8>>> {
    match encoding {
        Encoding::Text => Some(text.to_vec()),
        Encoding::Base64 => BASE64_STANDARD.decode(text).ok(),
        Encoding::Hex => hex::decode(text).ok(),
        Encoding::Whsec => BASE64_STANDARD.decode(text.strip_prefix(b"whsec_")?).ok(),
    }
    .map(Zeroizing::new)
}

fn expected(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Text => "text",
        Encoding::Base64 => "base64",
        Encoding::Hex => "hexadecimal",
        Encoding::Whsec => "'whsec_' followed by base64",
    }
}
