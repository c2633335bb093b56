use serde::Serialize;

use crate::facts::{Fact, WrongFact};
use crate::{names, text};

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
    /// A pattern that is no host's, or everybody's.
    #[error(
        "fetch host {0:?} is neither a host's name nor `*.` and a domain of two labels at least"
    )]
    FetchHost(String),
    /// A name that Kubernetes does not take for a key of a Secret.
    #[error("{0} {1:?} is no key of a Secret: 1 to 253 of a-z, A-Z, 0-9, '-', '_' and '.'")]
    Key(&'static str, String),
    /// An event's name that no header and no list can hold.
    #[error("event {0:?} is not 1 to 256 bytes without control characters")]
    EventName(String),
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
    /// Checks what can be checked of a description by itself. Its schema is not read.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn validate(&self) -> Result<(), DescriptionError> {
        if self.providers.is_empty() {
            return Err(DescriptionError::NoProvider);
        }
        for name in &self.providers {
            if !is_provider_name(name) {
                return Err(DescriptionError::ProviderName(text::printable(name, 80)));
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
        let keys = |of, keys: &[String]| {
            let wrong = keys.iter().find(|key| !is_secret_key(key));
            wrong.map_or(Ok(()), |key| {
                Err(DescriptionError::Key(of, text::printable(key, 80)))
            })
        };
        keys("credential key", &self.credential_keys)?;
        keys("setting key", &self.setting_keys)?;
        if let Some(host) = self.fetch_hosts.iter().find(|host| !is_host_pattern(host)) {
            return Err(DescriptionError::FetchHost(text::printable(host, 80)));
        }
        let nameless = |name: &&String| name.is_empty() || !Fact::Word.is(name);
        if let Some(name) = self.events.iter().find(nameless) {
            return Err(DescriptionError::EventName(text::printable(name, 80)));
        }
        let secret = |key: &&String| never_readable(key) || self.credential_keys.contains(*key);
        if let Some(key) = self.setting_keys.iter().find(secret) {
            return Err(DescriptionError::SecretSetting(text::printable(key, 80)));
        }
        Ok(())
    }

    /// Drops what is said of the component and is not what it should be: nothing is decided by it.
    pub fn drop_wrong_facts(&mut self) -> Vec<WrongFact> {
        let version = semver::Version::parse(&self.version).is_ok();
        let documentation = self.documentation.is_empty() || is_page(&self.documentation);
        let mut wrong = Vec::new();
        for (is_right, field, value, wanted) in [
            (
                version,
                "version",
                &mut self.version,
                "a version of Semantic Versioning 2.0, such as 1.0.0",
            ),
            (
                documentation,
                "documentation",
                &mut self.documentation,
                "an https URL, or empty",
            ),
        ] {
            if !is_right {
                wrong.push(WrongFact {
                    field,
                    value: text::printable(&std::mem::take(value), 80),
                    wanted,
                });
            }
        }
        wrong
    }
}

fn is_page(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

/// Whether a Secret can have this key (Kubernetes, `IsConfigMapKey`).
fn is_secret_key(key: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=253).contains(&key.len())
        && key.bytes().all(letter)
        && !key.starts_with("..")
        && key != "."
}

/// Whether this is a host's name, or `*.` and a domain that is not a registry's as a whole.
fn is_host_pattern(pattern: &str) -> bool {
    let lower = pattern.to_ascii_lowercase();
    match lower.strip_prefix("*.") {
        Some(domain) => names::is_subdomain(domain) && domain.contains('.'),
        None => names::is_subdomain(&lower),
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
pub fn never_readable(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.starts_with("previous") || SECRET.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn described(change: impl FnOnce(&mut Description)) -> Description {
        let mut description = Description {
            providers: vec!["acme".into()],
            version: "1.0.0".into(),
            documentation: String::new(),
            events: Vec::new(),
            credential_keys: Vec::new(),
            setting_keys: Vec::new(),
            config_schema: String::new(),
            fetch_hosts: Vec::new(),
        };
        change(&mut description);
        description
    }

    #[test]
    fn what_cannot_be_served_is_named() {
        let host = |host: &str| described(|it| it.fetch_hosts = vec![host.into()]);
        let key = |key: &str| described(|it| it.credential_keys = vec![key.into()]);
        let event = |event: &str| described(|it| it.events = vec![event.into()]);
        let cases = [
            (host("example.com"), None),
            (host("sns.*.amazonaws.com"), Some("fetch host")),
            (host("*.amazonaws.com"), None),
            (host("10.0.0.1"), None),
            (host("*"), Some("fetch host \"*\"")),
            (host("*.com"), Some("fetch host")),
            (host("https://example.com"), Some("fetch host")),
            (host("example.com:443"), Some("fetch host")),
            (host(""), Some("fetch host")),
            (key("token"), None),
            (key("a/b"), Some("credential key \"a/b\"")),
            (key(""), Some("credential key")),
            (key("..a"), Some("credential key")),
            (event("Push Hook"), None),
            (event(""), Some("event")),
            (event("a\u{7}"), Some("event")),
        ];
        for (description, expected) in cases {
            let got = description.validate().err().map(|error| error.to_string());
            let fits = match (&got, expected) {
                (None, None) => true,
                (Some(got), Some(part)) => got.contains(part),
                _ => false,
            };
            assert!(fits, "{description:?}: {got:?}, not {expected:?}");
        }
    }

    #[test]
    fn what_is_only_shown_is_dropped_when_it_is_wrong() {
        for (version, documentation, wrong) in [
            ("1.0.0-rc.1+5", "https://example.com/a", vec![]),
            ("1.0", "", vec!["version"]),
            ("", "http://example.com", vec!["version", "documentation"]),
            ("1.0.0", "javascript:alert(1)", vec!["documentation"]),
        ] {
            let mut description = described(|it| {
                it.version = version.into();
                it.documentation = documentation.into();
            });
            let dropped = description.drop_wrong_facts();
            let fields: Vec<_> = dropped.iter().map(|fact| fact.field).collect();
            assert_eq!(fields, wrong, "{version:?} {documentation:?}");
        }
    }
}
