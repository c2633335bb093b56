//! Shows an author what compiling a component takes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bellpull_engine::Artefact;
use serde::Serialize;

use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::providers::Loader;
use crate::settings::{CompileArgs, LogLevel, PluginArgs, TextFormat};

/// What compiling one component took, as `-o json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CompiledRow {
    component: String,
    class: String,
    size_bytes: usize,
    artefact_bytes: usize,
    processor_milliseconds: u128,
    processor_limit_milliseconds: u128,
    clock_milliseconds: u128,
}

pub(crate) fn run(arguments: &CompileArgs) -> Result<Exit> {
    let rows = OfflineSetup::run(LogLevel::OFFLINE, compile(arguments))?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&rows)?)?,
        TextFormat::Text => print(&rows)?,
    }
    Ok(Exit::Success)
}

async fn compile(arguments: &CompileArgs) -> Result<Vec<CompiledRow>> {
    let setup = OfflineSetup::new(&arguments.cache)?
        .pulling_with(&arguments.registry, &arguments.network)?;
    let mut rows = Vec::new();
    for component in &arguments.components {
        rows.push(row(component, setup.loader()).await?);
    }
    Ok(rows)
}

async fn row(component: &str, loader: &Loader) -> Result<CompiledRow> {
    let named = loader.bytes(component, &PluginArgs::default()).await?;
    let wasm = named.wasm;
    let began = Instant::now();
    let compiled = loader.compiled_anew(&wasm).await;
    let compiled = compiled.with_context(|| format!("component {component}"))?;
    let limit = Duration::from_secs(loader.compile_limits(&wasm).cpu_seconds);
    let took = compiled.processor_time.unwrap_or_default();
    Ok(CompiledRow {
        component: component.to_owned(),
        class: Artefact::trusted(&compiled.artefact)?.class().to_string(),
        size_bytes: wasm.len(),
        artefact_bytes: compiled.artefact.len(),
        processor_milliseconds: took.as_millis(),
        processor_limit_milliseconds: limit.as_millis(),
        clock_milliseconds: began.elapsed().as_millis(),
    })
}

fn print(rows: &[CompiledRow]) -> Result<()> {
    let mut table = output::Table::new(&[
        "COMPONENT",
        "CLASS",
        "SIZE",
        "COMPILED",
        "PROCESSOR",
        "LIMIT",
        "CLOCK",
    ]);
    for row in rows {
        table.row([
            row.component.clone(),
            row.class.clone(),
            format!("{} KiB", row.size_bytes >> 10),
            format!("{} KiB", row.artefact_bytes >> 10),
            format!("{} ms", row.processor_milliseconds),
            format!("{} ms", row.processor_limit_milliseconds),
            format!("{} ms", row.clock_milliseconds),
        ]);
    }
    Ok(table.print()?)
}
