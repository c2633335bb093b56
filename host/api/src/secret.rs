use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use zeroize::Zeroize as _;

use crate::Metadata;

/// A Kubernetes Secret as it is written: `data` in base64, `stringData` as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// Name and namespace.
    pub metadata: Metadata,
    /// Values in standard base64.
    #[serde(default)]
    pub data: BTreeMap<String, SecretValue>,
    /// Values as text; they win over `data` (core/v1 Secret).
    #[serde(default)]
    pub string_data: BTreeMap<String, SecretValue>,
}

/// A value that cannot be printed and is wiped on drop.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct SecretValue(String);

impl SecretValue {
    /// The value, to be moved into wiped memory.
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
