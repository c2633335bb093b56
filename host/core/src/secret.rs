//! A Secret and its values.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_api::Secret;
use zeroize::Zeroizing;

use crate::text::is_invisible;

/// Bytes that cannot be printed and are wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. The caller keeps them out of logs, errors and plugins.
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

/// The marker of a value that SOPS encrypted (getsops/sops v3, `aes/cipher.go`), plain and in
/// base64. The value of a Secret may also be a document or a line of an environment file that
/// contains it.
const SOPS: [&str; 2] = ["ENC[AES256_GCM,", "RU5DW0FFUzI1Nl9HQ00s"];

/// First characters of other encrypted values: Ansible Vault, age, and the armoured forms of age
/// and OpenPGP.
const ENCRYPTED: [&str; 4] = [
    "$ANSIBLE_VAULT;",
    "age-encryption.org/",
    "-----BEGIN AGE ENCRYPTED FILE-----",
    "-----BEGIN PGP MESSAGE-----",
];

/// Whether the value has not been decrypted yet.
#[must_use]
pub fn is_encrypted(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let start = text.trim_start_matches(is_invisible);
    SOPS.iter().any(|mark| text.contains(mark))
        || ENCRYPTED
            .iter()
            .any(|beginning| start.starts_with(beginning))
}

/// A Secret as the planner reads it, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretObject {
    pub namespace: String,
    pub name: String,
    /// Values by key.
    pub data: SecretData,
}

/// A value in `data` that is not base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBase64 {
    pub key: String,
    /// Whether the value looks encrypted.
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
    fn recognises_encrypted_values() {
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
