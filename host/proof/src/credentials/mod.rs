//! The values of Secrets: checked here, readable nowhere.

mod current;
mod flaws;
mod warnings;

#[cfg(test)]
mod tests;

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::hmac::{Algorithm, MacKey};
use crate::signature::{KeyError, PublicKey};
use crate::{Part, message_parts, presented_at, signature};
use bellpull_core::{
    Binding, CredentialUse, Delivery, Encoding, SecretBytes, SecretData, Source, is_encrypted,
};

pub use warnings::{of_settings, of_short};

/// The keys of what is no secret, though a request must present it: a name that stands in repositories
/// and accounts, as in a Secret of type `kubernetes.io/basic-auth`, and that of a header.
const NAMES: [&str; 2] = ["username", "headerName"];

/// The key of the value that a rotation leaves behind: `token` → `previousToken`.
#[must_use]
pub fn previous_key(key: &str) -> String {
    let mut letters = key.chars();
    match letters.next() {
        Some(first) => format!("previous{}{}", first.to_ascii_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Whether the value of a key is a name, and no secret, the one that a rotation leaves behind too.
#[must_use]
pub fn is_name(key: &str) -> bool {
    let mut names = NAMES.iter();
    names.any(|name| key == *name || key == previous_key(name))
}

/// Whether a value is none at all.
#[must_use]
pub fn is_nothing(value: &[u8]) -> bool {
    value.is_empty() || flaws::is_blank(value)
}

/// Why a Secret does not carry what a binding needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Not there.
    #[error("required fields '{0}'")]
    Missing(String),
    /// There and empty, or so once it is decoded.
    #[error("field '{0}' is empty")]
    Empty(String),
    /// White space alone, which is as good as nothing.
    #[error("field '{0}' holds nothing but white space: give it a value")]
    Blank(String),
    /// What it stands for in its encoding is white space alone.
    #[error("field '{0}' decodes to nothing but white space: give it a value")]
    DecodesBlank(String),
    /// Whoever applied it has left out to decrypt it.
    #[error("field '{0}' is still encrypted, as SOPS leaves it: decrypt it before it is applied")]
    Encrypted(String),
    /// No request can present it, so that it would match nothing.
    #[error("field '{0}' {1}: remove it")]
    Unpresentable(String, String),
    /// Not in the encoding that the provider expects; with what stands at its ends.
    #[error("field '{0}' is not {1}{ends}", ends = ends_of(.2.as_ref()))]
    Encoding(String, &'static str, Option<String>),
}

fn ends_of(ends: Option<&String>) -> String {
    ends.map_or_else(String::new, |ends| format!(": it {ends}"))
}

/// The value of a key that must be there, if it can be one.
///
/// # Errors
/// When it is missing, empty, blank or still encrypted.
pub fn required<'a>(secret: &'a SecretData, key: &str) -> Result<&'a SecretBytes, CredentialError> {
    let value = secret
        .get(key)
        .ok_or_else(|| CredentialError::Missing(key.to_owned()))?;
    usable(value.expose(), key).map(|()| value)
}

/// Whether the value can be one at all, whatever it is compared with.
///
/// # Errors
/// When it is empty, blank or still encrypted.
pub fn usable(value: &[u8], key: &str) -> Result<(), CredentialError> {
    let key = || key.to_owned();
    if value.is_empty() {
        Err(CredentialError::Empty(key()))
    } else if flaws::is_blank(value) {
        Err(CredentialError::Blank(key()))
    } else if is_encrypted(value) {
        Err(CredentialError::Encrypted(key()))
    } else {
        Ok(())
    }
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
    warnings: Vec<String>,
}

impl Credentials {
    /// Prepares what `binding` needs of `secret`, the previous value of each key included.
    ///
    /// # Errors
    /// Every key that is missing, empty, blank, still encrypted or not in its encoding, or whose
    /// value no request can present where it is to be presented.
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
            let warnings = warnings::of(secret, binding);
            Ok(Self { keys, warnings })
        } else {
            Err(errors)
        }
    }

    /// What is odd about the values, and names none of them.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
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

    /// Whether the delivery presents any active value of `key` at exactly one of `places`.
    #[must_use]
    pub fn matches(&self, key: &str, places: &[Source], delivery: &Delivery) -> bool {
        let Some(presented) = presented_at(places, delivery) else {
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

    /// Every value that is checked and a secret, so that text on its way out can be scrubbed of them.
    pub fn values_to_scrub(&self) -> impl Iterator<Item = &[u8]> {
        self.keys
            .iter()
            .filter(|(key, _)| !is_name(key))
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
    Ok(MacKey::new(decoded(value, key, encoding)?).mac(algorithm, parts))
}

/// The value that a rotation has left behind, with its key. An empty one is how a rotation is often
/// ended, and so is a blank one; it must not match anything.
fn left_behind<'a>(secret: &'a SecretData, key: &str) -> Option<(String, &'a SecretBytes)> {
    let previous = previous_key(key);
    let value = secret.get(&previous)?;
    (!flaws::is_blank(value.expose())).then_some((previous, value))
}

fn active_values(
    secret: &SecretData,
    wanted: &CredentialUse,
) -> Result<Vec<Credential>, CredentialError> {
    let current = required(secret, &wanted.key)?;
    let mut values = vec![prepare(current, &wanted.key, wanted)?];
    if let Some((previous, value)) = left_behind(secret, &wanted.key) {
        usable(value.expose(), &previous)?;
        values.push(prepare(value, &previous, wanted)?);
    }
    Ok(values)
}

fn prepare(
    value: &SecretBytes,
    key: &str,
    wanted: &CredentialUse,
) -> Result<Credential, CredentialError> {
    let mac_key = decoded(value, key, wanted.encoding)?;
    if mac_key.is_empty() {
        return Err(CredentialError::Empty(key.to_owned()));
    }
    if flaws::is_blank(&mac_key) {
        return Err(CredentialError::DecodesBlank(key.to_owned()));
    }
    if let Some(flaw) = unpresentable(value.expose(), wanted) {
        return Err(CredentialError::Unpresentable(key.to_owned(), flaw));
    }
    Ok(Credential {
        digest: Sha256::digest(value.expose()).into(),
        value: value.clone(),
        mac_key: MacKey::new(mac_key),
    })
}

/// Why no request can present what must be proved: nothing depends on what proves nothing.
fn unpresentable(value: &[u8], wanted: &CredentialUse) -> Option<String> {
    if !wanted.proves {
        return None;
    }
    let mut flaws = wanted
        .presented
        .iter()
        .map(|place| flaws::unpresentable(value, place));
    let first = flaws.next()??;
    flaws.all(|flaw| flaw.is_some()).then_some(first)
}

fn decoded(
    value: &SecretBytes,
    key: &str,
    encoding: Encoding,
) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
    decode(value.expose(), encoding).ok_or_else(|| {
        let ends = flaws::ends(value.expose());
        CredentialError::Encoding(key.to_owned(), expected(encoding), ends)
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
