//! A Secret and its values.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_api::Secret;
use zeroize::Zeroizing;

use crate::text::is_unseen;

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

/// A Secret's values by key.
pub type SecretData = BTreeMap<String, SecretBytes>;

/// What SOPS leaves where a value was (getsops/sops v3, `aes/cipher.go`), as it is and in base64. It
/// may be the whole value, or stand in a document or a line of an environment file that became one.
const SOPS: [&str; 2] = ["ENC[AES256_GCM,", "RU5DW0FFUzI1Nl9HQ00s"];

/// How else values begin that somebody has yet to decrypt: Ansible Vault, age as it is, and age and
/// OpenPGP in their armour.
const ENCRYPTED: [&str; 4] = [
    "$ANSIBLE_VAULT;",
    "age-encryption.org/",
    "-----BEGIN AGE ENCRYPTED FILE-----",
    "-----BEGIN PGP MESSAGE-----",
];

/// Whether the value is still encrypted.
#[must_use]
pub fn is_encrypted(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let start = text.trim_start_matches(is_unseen);
    SOPS.iter().any(|mark| text.contains(mark))
        || ENCRYPTED
            .iter()
            .any(|beginning| start.starts_with(beginning))
}

/// A Secret as the plan sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretObject {
    pub namespace: String,
    pub name: String,
    /// Values by key.
    pub data: SecretData,
}

/// A value below `data` that cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBase64 {
    pub key: String,
    /// Whether it has still to be decrypted.
    pub is_encrypted: bool,
}

impl TryFrom<Secret> for SecretObject {
    type Error = NotBase64;

    fn try_from(secret: Secret) -> Result<Self, NotBase64> {
        let mut data: SecretData = BTreeMap::new();
        for (key, value) in &secret.data {
            let decoded = BASE64_STANDARD
                .decode(value.expose().trim_ascii())
                .map_err(|_| NotBase64 {
                    key: key.clone(),
                    is_encrypted: is_encrypted(value.expose().as_bytes()),
                })?;
            data.insert(key.clone(), SecretBytes::new(decoded));
        }
        for (key, value) in &secret.string_data {
            data.insert(
                key.clone(),
                SecretBytes::new(value.expose().as_bytes().to_vec()),
            );
        }
        Ok(Self {
            namespace: secret.metadata.namespace().to_owned(),
            name: secret.metadata.name,
            data,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_its_key_is_encrypted() {
        for value in [
            "ENC[AES256_GCM,data:Tr7o=,iv:1=,aad:,tag:2=,type:str]",
            "\nENC[AES256_GCM,data:",
            "\u{feff}ENC[AES256_GCM,data:",
            "token=ENC[AES256_GCM,data:",
            "{\"data\":\"ENC[AES256_GCM,data:Tr7o=\",\"sops\":{}}",
            "RU5DW0FFUzI1Nl9HQ00sZGF0YTpU",
            "age-encryption.org/v1\n-> X25519",
            "$ANSIBLE_VAULT;1.1;AES256\n6231",
            "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl",
            "-----BEGIN PGP MESSAGE-----\n",
        ] {
            assert!(is_encrypted(value.as_bytes()), "{value}");
        }
        for value in ["ENC", "enc[aes256_gcm,", "-----BEGIN"] {
            assert!(!is_encrypted(value.as_bytes()), "{value}");
        }
    }
}
