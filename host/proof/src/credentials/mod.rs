//! The values of Secrets: checked here, readable nowhere.

mod credential;
mod error;
mod flaws;
mod keys;
mod value;
mod warnings;

#[cfg(test)]
mod tests;

use std::fmt;

use bellpull_core::{Binding, Delivery, Encoding, SecretBytes, SecretData, Source};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::hmac::{HmacAlgorithm, MacKey};
use crate::signature::{KeyError, PublicKey, SignatureAlgorithm};
use crate::{Part, message_parts, presented_at};
use credential::{Credential, active_values};
use value::decoded;

pub use error::CredentialError;
pub use keys::{is_name, previous_key};
pub use value::{is_nothing, required, usable};
pub use warnings::{of_settings, of_short};

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

    /// The HMAC of the message under the current value of `key`: whoever asks for it knows that one.
    /// `None` when the key is not bound.
    #[must_use]
    pub fn mac(&self, key: &str, algorithm: HmacAlgorithm, message: &[&[u8]]) -> Option<Vec<u8>> {
        let current = self.values(key).first()?;
        Some(current.mac_key.mac(algorithm, message))
    }

    /// Whether `mac` is the HMAC of the message under any active value of `key`.
    #[must_use]
    pub fn verify_hmac(
        &self,
        key: &str,
        algorithm: HmacAlgorithm,
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
        algorithm: SignatureAlgorithm,
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
    algorithm: HmacAlgorithm,
    parts: &[&[u8]],
) -> Result<Vec<u8>, CredentialError> {
    Ok(MacKey::new(decoded(value, key, encoding)?).mac(algorithm, parts))
}
