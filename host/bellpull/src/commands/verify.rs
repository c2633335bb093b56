use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use bellpull_signature::{BUNDLE_TYPE, TrustedKey, verify_artefact};

use super::offline_setup::OfflineSetup;
use crate::egress::registry;
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::settings::{LogLevel, VerifySignatureArgs};

/// Largest signature, bytes: one with a certificate and a proof of inclusion has 10 KiB.
const MAX_BUNDLE: u64 = 1 << 20;

pub(crate) fn run(arguments: &VerifySignatureArgs) -> Result<Exit> {
    ensure!(
        (1..=arguments.keys.len()).contains(&arguments.minimum),
        UsageError(format!(
            "--minimum {}: give a number from 1 to {}, the number of keys",
            arguments.minimum,
            arguments.keys.len()
        ))
    );
    let keys = arguments
        .keys
        .iter()
        .map(read_key)
        .collect::<Result<Vec<_>>>()?;
    let line = OfflineSetup::run(LogLevel::OFFLINE, verify(arguments, &keys))?;
    output::line(&line)?;
    Ok(Exit::Success)
}

async fn verify(arguments: &VerifySignatureArgs, keys: &[TrustedKey]) -> Result<String> {
    let registry = registry(&arguments.registry, &arguments.network)?;
    let artefact = registry.pin(&arguments.artefact).await?;
    let bundles = registry
        .attached(&artefact, BUNDLE_TYPE, MAX_BUNDLE)
        .await?;
    let digest = artefact.digest().unwrap_or_default();
    let signers = verify_artefact(digest, &bundles, keys, arguments.minimum);
    let signers = signers.with_context(|| artefact.to_string())?;
    Ok(format!("{artefact} is signed by {}", signers.join(", ")))
}

fn read_key(file: &PathBuf) -> Result<TrustedKey> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).with_context(|| format!("--key {name}"))?;
    TrustedKey::from_pem(&name, &text).with_context(|| format!("--key {name}"))
}
