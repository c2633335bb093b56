use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use bellpull_signature::{
    BUNDLE_TYPE, MAX_BUNDLE, SignaturePolicy, Signer, TrustedIdentity, TrustedKey, TrustedRoot,
};

use super::offline_setup::OfflineSetup;
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::settings::{LogLevel, VerifySignatureArgs};

pub(crate) fn run(arguments: &VerifySignatureArgs) -> Result<Exit> {
    let policy = policy(arguments)?;
    let line = OfflineSetup::run(LogLevel::OFFLINE, verify(arguments, &policy))?;
    output::line(&line)?;
    Ok(Exit::Success)
}

async fn verify(arguments: &VerifySignatureArgs, policy: &SignaturePolicy) -> Result<String> {
    let registry = OfflineSetup::registry(&arguments.registry, &arguments.network)?;
    let artefact = registry.pin(&arguments.artefact).await?;
    let bundles = registry
        .attached(&artefact, BUNDLE_TYPE, MAX_BUNDLE as u64)
        .await?;
    let digest = artefact.digest().unwrap_or_default();
    let signers = policy.verify(digest, &bundles);
    let signers = signers.with_context(|| artefact.to_string())?;
    let signers: Vec<&str> = signers.iter().map(Signer::name).collect();
    Ok(format!("{artefact} is signed by {}", signers.join(", ")))
}

fn policy(arguments: &VerifySignatureArgs) -> Result<SignaturePolicy> {
    let exact = arguments.keys.len() + arguments.identities.len();
    let most = if arguments.identity_expressions.is_empty() {
        exact
    } else {
        usize::MAX
    };
    ensure!(
        (1..=most).contains(&arguments.minimum),
        UsageError(format!(
            "--minimum {}: give a number from 1 to the number of keys and subjects",
            arguments.minimum,
        ))
    );
    let keys = arguments.keys.iter().map(read_key);
    let root = arguments.trusted_root.as_deref().map(read_root);
    Ok(SignaturePolicy {
        keys: keys.collect::<Result<_>>()?,
        identities: identities(arguments)?,
        trusted_root: root.transpose()?,
        minimum: arguments.minimum,
        log_entry: arguments.require_log_entry,
    })
}

fn identities(arguments: &VerifySignatureArgs) -> Result<Vec<TrustedIdentity>> {
    // Without an issuer there are no subjects: clap asks for it.
    let issuer = arguments.certificate_oidc_issuer.as_deref();
    let issuer = issuer.unwrap_or_default();
    let exact = arguments.identities.iter();
    let exact = exact.map(|subject| Ok(TrustedIdentity::exact(issuer, subject)));
    let matching = arguments.identity_expressions.iter().map(|expression| {
        TrustedIdentity::matching(issuer, expression).map_err(|error| {
            UsageError(format!(
                "--certificate-identity-regexp {expression}: {error}"
            ))
            .into()
        })
    });
    exact.chain(matching).collect()
}

fn read_key(file: &PathBuf) -> Result<TrustedKey> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).with_context(|| format!("--key {name}"))?;
    TrustedKey::from_pem(&name, &text).with_context(|| format!("--key {name}"))
}

fn read_root(file: &Path) -> Result<TrustedRoot> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("--trusted-root {name}"))?;
    TrustedRoot::from_json(&text).with_context(|| format!("--trusted-root {name}"))
}
