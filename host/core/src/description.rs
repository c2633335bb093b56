use serde::Serialize;

use crate::facts::{Fact, WrongFact};
use crate::{names, text};

/// What a component says it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// The names that `spec.type` may hold.
    pub providers: Vec<String>,
    pub version: String,
    /// URL of its documentation.
    pub documentation: String,
    /// Event names that `spec.events` may list.
    pub events: Vec<String>,
    /// Keys of the Secret that it may ask the host to check.
    pub credential_keys: Vec<String>,
    /// Keys of the Secret whose values it asks to read.
    pub setting_keys: Vec<String>,
    /// JSON Schema of `spec.config`. Empty: the component takes no config.
    pub config_schema: String,
    /// Host patterns that it may fetch from.
    pub fetch_hosts: Vec<String>,
}

/// Why a description is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    #[error("describes no provider")]
    NoProvider,
    #[error("provider name {0:?} is not [a-z0-9-]{{1,63}}")]
    ProviderName(String),
    /// A list with too many entries.
    #[error("{0} has more than {1} entries")]
    TooMany(&'static str, usize),
    /// A pattern that is not a host name, or that covers every host.
    #[error(
        "fetch host {0:?} is neither a host name nor `*.` followed by a domain of at least two labels"
    )]
    FetchHost(String),
    /// A name that Kubernetes does not accept as a key of a Secret.
    #[error("{0} {1:?} is not a key of a Secret: 1 to 253 of a-z, A-Z, 0-9, '-', '_' and '.'")]
    Key(&'static str, String),
    /// An event name that is empty, too long or not printable.
    #[error("event {0:?} is not 1 to 256 bytes without control characters")]
    EventName(String),
    /// A schema that the host does not accept.
    #[error("config schema: {0}")]
    Schema(String),
    /// A key whose value no component may read.
    #[error("setting key {0:?} is a credential and is never granted")]
    SecretSetting(String),
}

/// Maximum number of provider names of one component. Each name has its own metrics.
const PROVIDERS: usize = 16;
/// Maximum number of entries in each other list of a description.
const ENTRIES: usize = 256;

impl Description {
    /// Checks every field but the schema.
    ///
    /// # Errors
    /// The first error found.
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
        let nameless = |name: &&String| name.is_empty() || !Fact::Word.accepts(name);
        if let Some(name) = self.events.iter().find(nameless) {
            return Err(DescriptionError::EventName(text::printable(name, 80)));
        }
        let secret = |key: &&String| never_readable(key) || self.credential_keys.contains(*key);
        if let Some(key) = self.setting_keys.iter().find(secret) {
            return Err(DescriptionError::SecretSetting(text::printable(key, 80)));
        }
        Ok(())
    }

    /// Clears the fields that are only shown and that hold something else than they should. Nothing
    /// depends on these fields.
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

/// Whether Kubernetes accepts this key in a Secret (`IsConfigMapKey`).
fn is_secret_key(key: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=253).contains(&key.len())
        && key.bytes().all(letter)
        && !key.starts_with("..")
        && key != "."
}

/// Whether this is a host name, or `*.` followed by a domain that is not a whole top-level domain.
fn is_host_pattern(pattern: &str) -> bool {
    let lower = pattern.to_ascii_lowercase();
    match lower.strip_prefix("*.") {
        Some(domain) => names::is_subdomain(domain) && domain.contains('.'),
        None => names::is_subdomain(&lower),
    }
}

/// Whether `spec.type` can hold this name: `[a-z0-9-]{1,63}`.
#[must_use]
pub fn is_provider_name(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(letter)
}

/// A key whose lower-case name contains one of these words holds a secret.
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

/// Whether no component may ever read the value of this key.
#[must_use]
pub fn never_readable(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.starts_with("previous") || SECRET.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_name_a_secret_are_never_readable() {
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
    fn validates_a_description() {
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
    fn drops_a_wrong_version_or_documentation() {
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
