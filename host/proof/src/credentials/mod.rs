//! The credentials of a Receiver. Their values can be checked but not read.

mod credential;
mod error;
mod flaws;
mod key_names;
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
use crate::{Part, message_parts, presented_at_one_of};
use credential::{Credential, active_values};
use value::decode_value;

pub use error::CredentialError;
pub use key_names::{CLIENT_NAMES, is_name, previous_key};
pub use value::{check_usable, is_empty_or_blank, required};
pub use warnings::{setting_warnings, short_value_warning};

/// The credentials of one Receiver, prepared for checks.
pub struct Credentials {
    // A list, because there are few keys.
    keys: Vec<(String, Vec<Credential>)>,
    warnings: Vec<String>,
}

impl Credentials {
    /// Prepares the values of `secret` that `binding` uses, previous values included.
    ///
    /// # Errors
    /// Every key that is missing, empty, blank, still encrypted or wrongly encoded, or whose value
    /// no request can present at its places.
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
            let warnings = warnings::binding_warnings(secret, binding);
            Ok(Self { keys, warnings })
        } else {
            Err(errors)
        }
    }

    /// Warnings about the values. None contains a value.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The HMAC of the message under the current value of `key`, which the receiver of the MAC must
    /// know. `None` if the key is not bound.
    #[must_use]
    pub fn mac(&self, key: &str, algorithm: HmacAlgorithm, message: &[&[u8]]) -> Option<Vec<u8>> {
        let current = self.values(key).first()?;
        Some(current.mac_key.mac(algorithm, message))
    }

    /// Whether `mac` is the HMAC of the message under a valid value of `key`.
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

    /// Whether the message was signed with a valid value of `key`, which is a public key in PEM.
    ///
    /// # Errors
    /// If no value verifies the signature and one is not a usable key.
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

    /// Whether the delivery presents a valid value of `key` at exactly one of `places`.
    #[must_use]
    pub fn matches(&self, key: &str, places: &[Source], delivery: &Delivery) -> bool {
        let Some(presented) = presented_at_one_of(places, delivery) else {
            return false;
        };
        let digest = Sha256::digest(&presented);
        let mut matched = Choice::from(0);
        for credential in self.values(key) {
            matched |= credential.digest.as_slice().ct_eq(digest.as_slice());
        }
        matched.into()
    }

    /// The number of valid values of `key`.
    #[must_use]
    pub fn count(&self, key: &str) -> usize {
        self.values(key).len()
    }

    /// Every secret value, for scrubbing texts before they leave the host.
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

/// The MAC that a sender would compute. For signing samples.
///
/// # Errors
/// If the value is not in its encoding.
pub fn sign(
    value: &SecretBytes,
    key: &str,
    encoding: Encoding,
    algorithm: HmacAlgorithm,
    parts: &[&[u8]],
) -> Result<Vec<u8>, CredentialError> {
    Ok(MacKey::new(decode_value(value, key, encoding)?).mac(algorithm, parts))
}
