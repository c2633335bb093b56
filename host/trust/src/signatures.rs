use bellpull_api::{SignatureIdentity, SignatureRules};
use bellpull_signature::{SignaturePolicy, TrustedIdentity, TrustedKey, TrustedRoot};

use crate::declared::{DeclaredPlugins, MaterialKey, MaterialKind};
use crate::floor::FloorSignatures;
use crate::reason::{PluginProblem, PluginReason};

/// The key of a Secret of `cosign generate-key-pair` that holds the public key.
const PUBLIC_KEY: &str = "cosign.pub";
/// The key of a ConfigMap that holds a trusted root.
const TRUSTED_ROOT: &str = "trusted_root.json";

/// Where the keys and the roots of signature rules are looked up.
#[derive(Clone, Copy)]
pub struct SignatureMaterial<'a> {
    pub declared: &'a DeclaredPlugins,
    /// Bellpull's own namespace.
    pub own: &'a str,
}

pub(crate) fn check_signatures(rules: &SignatureRules) -> Result<(), PluginProblem> {
    let signers = rules.keys.len() + rules.identities.len();
    if signers == 0 {
        return Err(PluginProblem::invalid("verify needs keys or identities"));
    }
    if let Some(key) = rules
        .keys
        .iter()
        .find(|key| key.pem.is_some() == key.secret_ref.is_some())
    {
        return Err(PluginProblem::invalid(format!(
            "verify.keys: {:?} needs pem or secretRef, and not both",
            key.name
        )));
    }
    let minimum = rules.minimum.unwrap_or(1);
    if !(1..=signers).contains(&minimum) {
        return Err(PluginProblem::invalid(format!(
            "verify.minimum is {minimum}: give a number from 1 to {signers}, the number of keys and identities"
        )));
    }
    let needs_root = !rules.identities.is_empty() || rules.log_entry;
    if needs_root && rules.trusted_root_ref.is_none() {
        return Err(PluginProblem::invalid(
            "verify.trustedRootRef is required for identities and for logEntry",
        ));
    }
    for identity in &rules.identities {
        trusted(identity).map_err(PluginProblem::invalid)?;
    }
    Ok(())
}

fn trusted(identity: &SignatureIdentity) -> Result<TrustedIdentity, String> {
    let SignatureIdentity {
        issuer,
        subject,
        subject_reg_exp,
    } = identity;
    match (subject, subject_reg_exp) {
        (Some(subject), None) => Ok(TrustedIdentity::exact(issuer, subject)),
        (None, Some(pattern)) => TrustedIdentity::matching(issuer, pattern)
            .map_err(|error| format!("verify.identities: subjectRegExp: {error}")),
        _ => Err(format!(
            "verify.identities: that of {issuer} needs subject or subjectRegExp, and not both"
        )),
    }
}

impl SignatureMaterial<'_> {
    /// The policy of an object, with its keys looked up.
    ///
    /// # Errors
    /// When a key or the root is missing, or is none.
    pub fn policy(&self, rules: &SignatureRules) -> Result<SignaturePolicy, PluginProblem> {
        let mut keys = Vec::with_capacity(rules.keys.len());
        for key in &rules.keys {
            let pem = match (&key.pem, &key.secret_ref) {
                (Some(pem), _) => pem.clone(),
                (None, Some(reference)) => {
                    let entry = reference.key.as_deref().unwrap_or(PUBLIC_KEY);
                    self.text(MaterialKind::Secret, &reference.name, entry)?
                }
                (None, None) => String::new(),
            };
            let trusted = TrustedKey::from_pem(&key.name, &pem).map_err(|error| {
                PluginProblem::invalid(format!("verify.keys: {}: {error}", key.name))
            })?;
            keys.push(trusted);
        }
        let root = rules.trusted_root_ref.as_ref().map(|reference| {
            let entry = reference.key.as_deref().unwrap_or(TRUSTED_ROOT);
            let text = self.text(MaterialKind::ConfigMap, &reference.name, entry)?;
            TrustedRoot::from_json(&text).map_err(|error| {
                PluginProblem::invalid(format!("verify.trustedRootRef {}: {error}", reference.name))
            })
        });
        let identities = rules.identities.iter().map(trusted);
        Ok(SignaturePolicy {
            keys,
            identities: identities
                .collect::<Result<_, _>>()
                .map_err(PluginProblem::invalid)?,
            trusted_root: root.transpose()?,
            minimum: rules.minimum.unwrap_or(1),
            log_entry: rules.log_entry,
        })
    }

    /// The value of a Secret or of a ConfigMap in Bellpull's own namespace.
    ///
    /// # Errors
    /// When it is missing, or is no text.
    pub fn text(
        &self,
        kind: MaterialKind,
        name: &str,
        entry: &str,
    ) -> Result<String, PluginProblem> {
        let bytes = self.bytes(kind, self.own, name, entry)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| {
            PluginProblem::new(
                PluginReason::ReferenceNotFound,
                format!(
                    "{entry} of {} {}/{name} is no text",
                    kind.as_str(),
                    self.own
                ),
            )
        })
    }

    /// The value of a Secret or of a ConfigMap.
    ///
    /// # Errors
    /// When it is missing.
    pub fn bytes(
        &self,
        kind: MaterialKind,
        namespace: &str,
        name: &str,
        entry: &str,
    ) -> Result<&[u8], PluginProblem> {
        self.optional(kind, namespace, name, entry)?.ok_or_else(|| {
            PluginProblem::new(
                PluginReason::ReferenceNotFound,
                format!("{} {namespace}/{name} has no key {entry}", kind.as_str()),
            )
        })
    }

    /// The same, where the object may lack the key.
    ///
    /// # Errors
    /// When there is no such object.
    pub fn optional(
        &self,
        kind: MaterialKind,
        namespace: &str,
        name: &str,
        entry: &str,
    ) -> Result<Option<&[u8]>, PluginProblem> {
        let key = (namespace.to_owned(), name.to_owned());
        let declared = self.declared;
        match kind {
            MaterialKind::Secret => declared.secrets.get(&key).map(|secret| {
                let value = secret.data.get(entry);
                value.map(bellpull_core::SecretBytes::expose)
            }),
            MaterialKind::ConfigMap => declared.config_maps.get(&key).map(|content| {
                let value = content.values.get(entry);
                value.map(Vec::as_slice)
            }),
        }
        .ok_or_else(|| {
            let material = MaterialKey {
                kind,
                namespace: key.0,
                name: key.1,
            };
            let why = declared.unavailable.get(&material);
            let why = why.map_or("it does not exist", String::as_str);
            PluginProblem::new(
                PluginReason::ReferenceNotFound,
                format!("{} {namespace}/{name}: {why}", kind.as_str()),
            )
        })
    }
}

impl FloorSignatures {
    /// The policy of the floor. `trusted_root` is what its file holds.
    ///
    /// # Errors
    /// When a key, an identity or the root is none.
    pub fn policy(&self, trusted_root: Option<&str>) -> Result<SignaturePolicy, String> {
        let needs_root = !self.identities.is_empty() || self.log_entry;
        if needs_root && trusted_root.is_none() {
            return Err(
                "verify.trustedRootFile is required for identities and for logEntry".to_owned(),
            );
        }
        let keys = self.keys.iter().map(|key| {
            TrustedKey::from_pem(&key.name, &key.pem)
                .map_err(|error| format!("verify.keys: {}: {error}", key.name))
        });
        let root = trusted_root.map(|text| {
            TrustedRoot::from_json(text).map_err(|error| format!("verify.trustedRootFile: {error}"))
        });
        let signers = self.keys.len() + self.identities.len();
        let minimum = self.minimum.unwrap_or(1);
        if !(1..=signers).contains(&minimum) {
            return Err(format!(
                "verify.minimum is {minimum}: give a number from 1 to {signers}, the number of keys and identities"
            ));
        }
        Ok(SignaturePolicy {
            keys: keys.collect::<Result<_, _>>()?,
            identities: self
                .identities
                .iter()
                .map(trusted)
                .collect::<Result<_, _>>()?,
            trusted_root: root.transpose()?,
            minimum,
            log_entry: self.log_entry,
        })
    }
}
