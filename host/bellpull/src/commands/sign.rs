use std::fs;
use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, Result, bail};
use bellpull_registry::ArtefactReference;
use bellpull_signature::{BUNDLE_TYPE, PREDICATE_TYPE, SigningKey, sign_artefact};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, SignArgs};

/// Where a password is looked for.
const PASSWORD_VARIABLES: [&str; 2] = ["BELLPULL_KEY_PASSWORD", "COSIGN_PASSWORD"];

pub(crate) fn run(arguments: &SignArgs) -> Result<Exit> {
    let key = read_key(arguments).with_context(|| format!("--key {}", arguments.key.display()))?;
    let signed = OfflineSetup::run(LogLevel::OFFLINE, sign(arguments, &key))?;
    output::line(&signed.to_string())?;
    Ok(Exit::Success)
}

async fn sign(arguments: &SignArgs, key: &SigningKey) -> Result<ArtefactReference> {
    let registry = OfflineSetup::registry(&arguments.registry, &arguments.network)?;
    let artefact = registry.pin(&arguments.artefact).await?;
    let bundle = sign_artefact(artefact.digest().unwrap_or_default(), key)?;
    let created = Timestamp::now().to_string();
    let annotations = [
        ("dev.sigstore.bundle.content", "dsse-envelope"),
        ("dev.sigstore.bundle.predicateType", PREDICATE_TYPE),
        ("org.opencontainers.image.created", created.as_str()),
    ];
    registry
        .attach(&artefact, BUNDLE_TYPE, bundle.into(), &annotations)
        .await?;
    Ok(artefact)
}

fn read_key(arguments: &SignArgs) -> Result<SigningKey> {
    let text = Zeroizing::new(fs::read_to_string(&arguments.key)?);
    let password = match SigningKey::is_encrypted(&text) {
        true => password(arguments)?,
        false => Zeroizing::default(),
    };
    Ok(SigningKey::from_pem(&text, password.as_bytes())?)
}

fn password(arguments: &SignArgs) -> Result<Zeroizing<String>> {
    if let Some(file) = &arguments.key_password_file {
        let text = fs::read_to_string(file);
        let text = text.with_context(|| format!("--key-password-file {}", file.display()))?;
        return Ok(Zeroizing::new(
            text.trim_end_matches(['\r', '\n']).to_owned(),
        ));
    }
    let mut variables = PASSWORD_VARIABLES.iter();
    if let Some(password) = variables.find_map(|name| std::env::var(name).ok()) {
        return Ok(Zeroizing::new(password));
    }
    if !io::stdin().is_terminal() {
        bail!(
            "it is encrypted, and there is no password: set {}, or give --key-password-file",
            PASSWORD_VARIABLES.join(" or ")
        );
    }
    let asked = rpassword::prompt_password("Password of the key: ");
    Ok(Zeroizing::new(asked.context("reading the password")?))
}
