use std::collections::BTreeMap;
use std::path::PathBuf;

use bellpull_api::{NamespaceSelection, PluginGrants, SignatureIdentity};
use bellpull_core::names::is_label;
use serde::Deserialize;

use crate::values::is_digest;

/// What whoever runs Bellpull demands of every component that is not bundled: the file of
/// `--plugin-policy`. A field that is absent demands nothing, but for `unsigned`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PluginFloor {
    /// Where artefacts may come from: `HOST`, or the beginning of `HOST/REPOSITORY` in whole parts.
    #[serde(default)]
    pub registries: Option<Vec<String>>,
    /// Whether each object must name the digest of its artefact.
    #[serde(default)]
    pub require_digest: bool,
    /// The signatures that each artefact must have, beside those that its object demands.
    #[serde(default)]
    pub verify: Option<FloorSignatures>,
    /// The components that run without a signature: `sha256:` of each file of `--plugins` and of each
    /// component in a ConfigMap. No other such file is taken.
    #[serde(default)]
    pub unsigned: Vec<String>,
    /// The most that may be granted.
    #[serde(default)]
    pub grants: Option<PluginGrants>,
    /// The bundled providers whose names may be overridden.
    #[serde(default)]
    pub overrides: Option<Vec<String>>,
    /// The namespaces whose Receivers may use components that are not bundled.
    #[serde(default)]
    pub namespaces: Option<Vec<String>>,
}

/// Whose signatures the operator demands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FloorSignatures {
    #[serde(default)]
    pub keys: Vec<FloorKey>,
    #[serde(default)]
    pub identities: Vec<SignatureIdentity>,
    /// A file with Sigstore's `trusted_root.json`.
    #[serde(default)]
    pub trusted_root_file: Option<PathBuf>,
    /// How many distinct keys and identities must have signed. The default is one.
    #[serde(default)]
    pub minimum: Option<usize>,
    /// Whether signatures by keys must be in a transparency log too.
    #[serde(default)]
    pub log_entry: bool,
}

/// A public key in PEM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorKey {
    pub name: String,
    pub pem: String,
}

impl PluginFloor {
    /// Checks what can be told without keys.
    ///
    /// # Errors
    /// What is wrong, with the field.
    pub fn check(&self) -> Result<(), String> {
        if let Some(wrong) = self.unsigned.iter().find(|digest| !is_digest(digest)) {
            return Err(format!(
                "unsigned: {wrong:?} is no digest: write sha256: and 64 hexadecimal digits"
            ));
        }
        let prefixes = self.registries.iter().flatten();
        if let Some(wrong) = prefixes.into_iter().find(|prefix| {
            let is_wrong =
                |c: char| c.is_whitespace() || c.is_ascii_uppercase() || "@*".contains(c);
            prefix.is_empty()
                || prefix.starts_with('/')
                || prefix.contains("://")
                || prefix.contains(is_wrong)
        }) {
            return Err(format!(
                "registries: {wrong:?} is no beginning of HOST/REPOSITORY, such as ghcr.io/acme"
            ));
        }
        let namespaces = self.namespaces.iter().flatten();
        if let Some(wrong) = namespaces.into_iter().find(|name| !is_label(name)) {
            return Err(format!("namespaces: {wrong:?} is no name of a namespace"));
        }
        match &self.verify {
            Some(verify) if verify.keys.is_empty() && verify.identities.is_empty() => {
                Err("verify: give keys or identities".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether artefacts of a repository (`HOST/REPOSITORY`) are taken.
    #[must_use]
    pub fn allows_repository(&self, repository: &str) -> bool {
        self.registries.as_ref().is_none_or(|prefixes| {
            prefixes.iter().any(|prefix| {
                let prefix = prefix.trim_end_matches('/');
                repository
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    }

    /// Whether a component without a signature is taken.
    #[must_use]
    pub fn allows_unsigned(&self, digest: &str) -> bool {
        self.unsigned.iter().any(|listed| listed == digest)
    }

    /// Whether the name of a bundled provider may be overridden.
    #[must_use]
    pub fn allows_override(&self, provider: &str) -> bool {
        let names = self.overrides.as_ref();
        names.is_none_or(|names| names.iter().any(|name| name == provider))
    }

    /// What is granted of these grants, and what is not, as `jwt`, `fetch:HOST` and `read:KEY`.
    #[must_use]
    pub fn denied_grant(&self, grants: &PluginGrants) -> Option<String> {
        let most = self.grants.as_ref()?;
        if grants.jwt && !most.jwt {
            return Some("jwt".to_owned());
        }
        let host = grants.fetch_hosts.iter();
        let mut host = host.filter(|host| !most.fetch_hosts.contains(host));
        if let Some(host) = host.next() {
            return Some(format!("fetch:{host}"));
        }
        let key = grants.setting_keys.iter();
        let mut key = key.filter(|key| !most.setting_keys.contains(key));
        key.next().map(|key| format!("read:{key}"))
    }
}

/// Whether a selection has a namespace.
pub(crate) fn selects(
    selection: &NamespaceSelection,
    name: &str,
    labels: &BTreeMap<String, String>,
) -> bool {
    let by_labels = selection.match_labels.as_ref().is_some_and(|wanted| {
        wanted
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
    });
    by_labels || selection.names.iter().any(|listed| listed == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_allowed_by_whole_parts() {
        let floor = PluginFloor {
            registries: Some(vec!["ghcr.io/acme".into(), "registry.example:5000/".into()]),
            ..PluginFloor::default()
        };
        for (repository, expected) in [
            ("ghcr.io/acme", true),
            ("ghcr.io/acme/bellpull-acme", true),
            ("ghcr.io/acme-evil/bellpull-acme", false),
            ("ghcr.io/other", false),
            ("registry.example:5000/a/b", true),
            ("registry.example/a", false),
        ] {
            assert_eq!(
                floor.allows_repository(repository),
                expected,
                "{repository}"
            );
        }
        assert!(PluginFloor::default().allows_repository("anything.example/a"));
        let nothing = PluginFloor {
            registries: Some(Vec::new()),
            ..PluginFloor::default()
        };
        assert!(!nothing.allows_repository("ghcr.io/acme"));
    }

    #[test]
    fn no_more_is_granted_than_the_floor_allows() {
        let grants = |jwt, host: &str, key: &str| PluginGrants {
            jwt,
            fetch_hosts: vec![host.to_owned()],
            setting_keys: vec![key.to_owned()],
        };
        let floor = PluginFloor {
            grants: Some(grants(false, "a.example", "audience")),
            ..PluginFloor::default()
        };
        for (asked, denied) in [
            (grants(false, "a.example", "audience"), None),
            (grants(true, "a.example", "audience"), Some("jwt")),
            (
                grants(false, "b.example", "audience"),
                Some("fetch:b.example"),
            ),
            (grants(false, "a.example", "email"), Some("read:email")),
        ] {
            assert_eq!(floor.denied_grant(&asked).as_deref(), denied, "{asked:?}");
            assert_eq!(PluginFloor::default().denied_grant(&asked), None);
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        for (text, expected) in [
            (r#"{"unsigned": ["sha256:12"]}"#, "unsigned: \"sha256:12\""),
            (
                r#"{"registries": ["oci://ghcr.io"]}"#,
                "registries: \"oci://ghcr.io\"",
            ),
            (
                r#"{"registries": ["ghcr.io/Acme"]}"#,
                "registries: \"ghcr.io/Acme\"",
            ),
            (r#"{"registries": ["/"]}"#, "registries: \"/\""),
            (r#"{"namespaces": ["*"]}"#, "namespaces: \"*\""),
            (r#"{"verify": {}}"#, "verify: give keys"),
        ] {
            let floor: PluginFloor = serde_json::from_str(text).unwrap();
            let error = floor.check().unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
