use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use bellpull_core::Description;
use bellpull_registry::{ArtefactFacts, PackedArtefact};
use bellpull_sandbox::Shape;
use jiff::Timestamp;

use super::offline_setup::OfflineSetup;
use crate::cases::{self, archive};
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::settings::{LogLevel, PushArgs};

pub(crate) fn run(arguments: &PushArgs) -> Result<Exit> {
    let pushed = OfflineSetup::run(LogLevel::OFFLINE, push(arguments))?;
    output::line(&pushed)?;
    Ok(Exit::Success)
}

async fn push(arguments: &PushArgs) -> Result<String> {
    ensure!(
        arguments.artefact.tag().is_some(),
        UsageError(format!(
            "{}: give the tag that it is pushed under, as oci://HOST/REPOSITORY:TAG",
            arguments.artefact
        ))
    );
    let cases = arguments.cases.as_deref();
    let cases = cases.map(attachable).transpose()?;
    let registry = OfflineSetup::registry(&arguments.registry, &arguments.network)?;
    let setup = OfflineSetup::new(&arguments.cache)?;
    let loader = setup.loader();
    let component = arguments.component.display().to_string();
    let wasm = loader.file(&arguments.component).await?;
    let compiled = loader.compiled(&wasm).await;
    let compiled = compiled.with_context(|| format!("component {component}"))?;
    let examined = setup.examine(&compiled).await?;
    let loaded = examined.loaded;
    let loaded = loaded.with_context(|| format!("component {component}"))?;
    let facts = facts(arguments, loaded.description(), examined.shape)?;
    let packed = PackedArtefact::of(&wasm, &facts)?;
    let pushed = registry
        .push(&arguments.artefact, wasm.into(), packed)
        .await?;
    if let Some(archive) = cases {
        archive::attach(&registry, &pushed, archive).await?;
    }
    Ok(pushed.to_string())
}

/// An archive of a folder that holds cases.
fn attachable(folder: &Path) -> Result<Vec<u8>> {
    cases::find(&[folder.to_owned()])?;
    archive::pack(folder)
}

/// What the artefact says of the component, which has said most of it itself.
fn facts(arguments: &PushArgs, described: &Description, shape: Shape) -> Result<ArtefactFacts> {
    let created = match arguments.created {
        Some(seconds) => seconds,
        None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?,
    };
    let names = described.providers.join(", ");
    let sentence = format!("Bellpull provider for {names}");
    let annotations = [
        ("title", Some(names)),
        (
            "description",
            Some(arguments.description.clone().unwrap_or(sentence)),
        ),
        ("version", Some(described.version.clone())),
        ("documentation", Some(described.documentation.clone())),
        ("source", arguments.source.clone()),
        ("licenses", arguments.licenses.clone()),
    ];
    let annotations: BTreeMap<String, String> = annotations
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .map(|(name, value)| (format!("org.opencontainers.image.{name}"), value))
        .collect();
    Ok(ArtefactFacts {
        created: Timestamp::from_second(created)
            .with_context(|| format!("--created {created}"))?
            .to_string(),
        author: arguments.author.clone(),
        file_name: format!("{}.wasm", arguments.artefact.name()),
        imports: shape.imports,
        exports: shape.exports,
        annotations,
    })
}
