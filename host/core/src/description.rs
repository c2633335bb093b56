use serde::Serialize;

use crate::plan::schema::Schema;

/// What a component says it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Names that `spec.type` may say.
    pub providers: Vec<String>,
    /// The component's own version.
    pub version: String,
    /// Where a user reads about it.
    pub documentation: String,
    /// Event names that `spec.events` may list.
    pub events: Vec<String>,
    /// Keys of the Secret that it may have checked.
    pub credential_keys: Vec<String>,
    /// Non-secret keys that it asks to read.
    pub setting_keys: Vec<String>,
    /// JSON Schema of `spec.config`; empty: no config.
    pub config_schema: String,
    /// Host patterns that it may fetch from.
    pub fetch_hosts: Vec<String>,
}

/// A description that cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// No provider name at all.
    #[error("describes no provider")]
    NoProvider,
    /// A provider name that `spec.type` cannot say.
    #[error("provider name {0:?} is not [a-z0-9-]{{1,63}}")]
    ProviderName(String),
    /// More text than a description needs.
    #[error("{0} has more than {1} entries")]
    TooMany(&'static str, usize),
    /// The schema is none that is taken.
    #[error("config schema: {0}")]
    Schema(String),
    /// A key that is never readable.
    #[error("setting key {0:?} is a credential and is never granted")]
    SecretSetting(String),
}

/// Provider names of one component: each has metrics of its own.
const PROVIDERS: usize = 16;
/// Entries of another list in a description.
const ENTRIES: usize = 256;

impl Description {
    /// Checks what can be checked of a description by itself, and reads its schema.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn validate(&self) -> Result<Schema, DescriptionError> {
        if self.providers.is_empty() {
            return Err(DescriptionError::NoProvider);
        }
        for name in &self.providers {
            if !is_provider_name(name) {
                return Err(DescriptionError::ProviderName(crate::text::printable(
                    name, 80,
                )));
            }
        }
        if self.providers.len() > PROVIDERS {
            return Err(DescriptionError::TooMany("providers", PROVIDERS));
        }
        for (list, entries) in [
            ("events", &self.events),
            ("credential-keys", &self.credential_keys),
            ("setting-keys", &self.setting_keys),
            ("fetch-hosts", &self.fetch_hosts),
        ] {
            if entries.len() > ENTRIES {
                return Err(DescriptionError::TooMany(list, ENTRIES));
            }
        }
        let secret = |key: &&String| never_readable(key) || self.credential_keys.contains(*key);
        if let Some(key) = self.setting_keys.iter().find(secret) {
            return Err(DescriptionError::SecretSetting(crate::text::printable(
                key, 80,
            )));
        }
        Schema::parse(&self.config_schema).map_err(DescriptionError::Schema)
    }
}

/// Whether `spec.type` can say this name: `[a-z0-9-]{1,63}`.
#[must_use]
pub fn is_provider_name(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(letter)
}

/// What the names of keys have in them whose values are secrets, in lower case.
const SECRET: [&str; 14] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "credential",
    "key",
    "private",
    "bearer",
    "signing",
    "signature",
    "hmac",
    "headervalue",
];

/// Keys whose values no component is ever given.
#[must_use]
pub(crate) fn never_readable(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.starts_with("previous") || SECRET.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::never_readable;

    #[test]
    fn what_sounds_like_a_secret_is_never_read() {
        let secret = "token bearerToken previous previousAudience Password signingKey signing-key key \
                      KEY secret clientSecret webhook_secret api-key privateKey credentials \
                      headerValue passphrase hmac";
        for key in secret.split_whitespace() {
            assert!(never_readable(key), "{key}");
        }
        for key in [
            "headerName",
            "email",
            "audience",
            "username",
            "region",
            "account",
        ] {
            assert!(!never_readable(key), "{key}");
        }
    }
}
