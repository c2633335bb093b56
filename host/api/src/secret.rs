use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use zeroize::Zeroize as _;

use crate::Metadata;

/// A Kubernetes Secret as its manifest holds it: `data` in base64, `stringData` as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    pub metadata: Metadata,
    /// Values in standard base64.
    #[serde(default)]
    pub data: BTreeMap<String, SecretValue>,
    /// Values as text. They take precedence over `data` (core/v1 Secret).
    #[serde(default)]
    pub string_data: BTreeMap<String, SecretValue>,
}

/// A value that is never printed and is wiped on drop.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct SecretValue(String);

impl SecretValue {
    /// The value. The caller copies it only into memory that is wiped.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for SecretValue {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
