//! The file of `--plugin-policy`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use bellpull_core::text::without_value;
use bellpull_engine::Digest;
use bellpull_signature::SignaturePolicy;
use bellpull_trust::PluginFloor;
use serde_json::Value;

use crate::exit::UsageError;
use crate::settings::{Capability, PluginArgs};

/// Largest policy and largest trusted root, bytes.
const MAX_FILE: u64 = 1 << 20;

/// What whoever runs Bellpull demands of components that are not bundled.
#[derive(Clone, Default)]
pub(crate) struct OperatorPolicy {
    pub(crate) floor: Option<PluginFloor>,
    pub(crate) signatures: Option<SignaturePolicy>,
}

impl OperatorPolicy {
    /// Reads the file that the flags name, if any, and checks the other flags against it.
    ///
    /// # Errors
    /// When it cannot be read, is invalid, or does not allow what another flag asks for.
    pub(crate) fn read(arguments: &PluginArgs) -> Result<Self> {
        let Some(file) = &arguments.plugin_policy else {
            return Ok(Self::default());
        };
        let wrong = |error: anyhow::Error| {
            UsageError(format!("--plugin-policy {}: {error:#}", file.display()))
        };
        let policy = Self::of_file(file).map_err(wrong)?;
        let floor = policy.floor.as_ref();
        if let Some(error) = floor.and_then(|floor| flag_beyond(floor, arguments)) {
            return Err(wrong(anyhow!(error)).into());
        }
        Ok(policy)
    }

    /// Checks that a component in a file may run.
    ///
    /// # Errors
    /// When the policy does not name it.
    pub(crate) fn check_file(&self, digest: Digest) -> Result<()> {
        let Some(floor) = &self.floor else {
            return Ok(());
        };
        let digest = digest.to_string();
        anyhow::ensure!(
            floor.allows_unsigned(&digest),
            "--plugin-policy does not allow it: {digest} has no signature, and is not among its unsigned"
        );
        Ok(())
    }

    /// The namespaces whose Receivers may use components that are not bundled; `None`: all of them.
    pub(crate) fn namespaces(&self) -> Option<Arc<BTreeSet<String>>> {
        let names = self.floor.as_ref()?.namespaces.as_ref()?;
        Some(Arc::new(names.iter().cloned().collect()))
    }

    fn of_file(file: &Path) -> Result<Self> {
        let floor = read_floor(&text(file)?)?;
        floor.check().map_err(|error| anyhow!(error))?;
        let signatures = floor.verify.as_ref().map(|verify| {
            let root = verify.trusted_root_file.as_deref();
            // Beside the policy, if the path is relative.
            let folder = file.parent().unwrap_or(Path::new("."));
            let root = root.map(|root| {
                let shown = root.display();
                text(&folder.join(root)).with_context(|| format!("verify.trustedRootFile {shown}"))
            });
            let root = root.transpose()?;
            verify
                .policy(root.as_deref())
                .map_err(|error| anyhow!(error))
        });
        Ok(Self {
            signatures: signatures.transpose()?,
            floor: Some(floor),
        })
    }
}

fn text(file: &Path) -> Result<String> {
    let mut text = String::new();
    let read = File::open(file)?
        .take(MAX_FILE + 1)
        .read_to_string(&mut text)?;
    anyhow::ensure!(
        read as u64 <= MAX_FILE,
        "it has more than {MAX_FILE} bytes, the most that are taken"
    );
    Ok(text)
}

/// Reads the policy. Its text is not quoted: somebody may have put a private key into it.
fn read_floor(text: &str) -> Result<PluginFloor> {
    let options = serde_saphyr::options! { with_snippet: false };
    let value: Value = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        anyhow!("line {line} is no YAML")
    })?;
    let Value::Object(members) = &value else {
        bail!("it is empty, or no mapping: leave the flag out to demand nothing");
    };
    if let Some((name, _)) = members.iter().find(|(_, member)| member.is_null()) {
        bail!("{name} has no value: leave it out to demand nothing, or write what it demands");
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let wrong = without_value(&error.inner().to_string());
        match error.path().to_string().as_str() {
            "." => anyhow!("{wrong}"),
            path => anyhow!("{path}: {wrong}"),
        }
    })
}

/// The flag that asks for more than the policy allows.
fn flag_beyond(floor: &PluginFloor, arguments: &PluginArgs) -> Option<String> {
    let mut claims = arguments.plugin_override.iter();
    if let Some(claim) = claims.find(|claim| !floor.allows_override(&claim.provider)) {
        return Some(format!(
            "it does not let {} be overridden, and --plugin-override {claim} asks for it",
            claim.provider
        ));
    }
    let mut grants = arguments.grant.iter().flat_map(|list| &list.0);
    let beyond = grants.find(|grant| {
        let mut asked = bellpull_api::PluginGrants::default();
        match &grant.capability {
            Capability::Jwt => asked.jwt = true,
            Capability::Fetch(host) => asked.fetch_hosts.push(host.clone()),
            Capability::Read(key) => asked.setting_keys.push(key.clone()),
        }
        floor.denied_grant(&asked).is_some()
    });
    beyond.map(|grant| format!("it does not allow --grant {grant}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::{Cli, Command};

    fn read(policy: &str, flags: &[&str]) -> Result<OperatorPolicy, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.yaml");
        std::fs::write(&file, policy).unwrap();
        let line = [
            "bellpull",
            "serve",
            "--plugin-policy",
            file.to_str().unwrap(),
        ];
        let parsed = Cli::try_parse_from(line.iter().chain(flags)).unwrap();
        let Command::Serve(arguments) = parsed.command else {
            panic!("parsed {parsed:?}");
        };
        OperatorPolicy::read(&arguments.plugins).map_err(|error| error.to_string())
    }

    #[test]
    fn a_policy_that_is_wrong_or_is_contradicted_ends_the_start() {
        for (policy, flags, expected) in [
            ("registry: [ghcr.io]", &[][..], "unknown field"),
            (
                "registries: ghcr.io",
                &[],
                "registries: invalid type: string, expected",
            ),
            ("registries:", &[], "registries has no value"),
            ("", &[], "it is empty"),
            ("verify: {keys: [\n", &[], "is no YAML"),
            (
                "verify: {keys: [{name: a, pem: b}]}",
                &[],
                "verify.keys: a:",
            ),
            (
                "verify: {identities: [{issuer: a, subject: b}]}",
                &[],
                "verify.trustedRootFile is required",
            ),
            (
                "overrides: [gitlab]",
                &["--plugin-override", "github"],
                "does not let github be overridden",
            ),
            (
                "grants: {fetchHosts: [a.example]}",
                &["--grant", "acme=fetch:b.example"],
                "does not allow --grant acme=fetch:b.example",
            ),
        ] {
            let error = read(policy, flags).err().unwrap_or_default();
            assert!(error.starts_with("--plugin-policy "), "{policy}: {error:?}");
            assert!(error.contains(expected), "{policy}: {error:?}");
        }
        let policy = read("registries: [ghcr.io/acme]\nrequireDigest: true", &[]).unwrap();
        assert!(policy.floor.is_some_and(|floor| floor.require_digest));
    }
}
