use std::time::{Duration, Instant};

use anyhow::Result;
use bellpull_core::Description;
use bellpull_engine::Artefact;
use bellpull_sandbox::{CONTRACTS, Grants};
use serde::Serialize;

use super::workbench::Workbench;
use crate::exit::Exit;
use crate::output;
use crate::settings::{InspectArgs, LogLevel, TextFormat};

/// What a component is, as `-o json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    component: String,
    digest: String,
    size_bytes: usize,
    class: String,
    compile_milliseconds: u128,
    artefact_bytes: usize,
    contract: Option<String>,
    imports: Vec<String>,
    exports: Vec<String>,
    description: Option<Description>,
    capabilities: Vec<Capability>,
    loads: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Something beyond the least that a component asks for.
#[derive(Serialize)]
struct Capability {
    name: String,
    granted: bool,
    /// What to do about it.
    note: String,
}

pub(crate) fn run(arguments: &InspectArgs) -> Result<Exit> {
    let report = Workbench::run(LogLevel::OFFLINE, inspect(arguments))?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&report)?)?,
        TextFormat::Text => print(&report)?,
    }
    Ok(if report.loads {
        Exit::Success
    } else {
        Exit::Failure
    })
}

async fn inspect(arguments: &InspectArgs) -> Result<Report> {
    let desk = Workbench::new(&arguments.cache)?;
    let loader = desk.loader();
    let (wasm, grants) = loader
        .bytes(&arguments.component, &arguments.plugins)
        .await?;
    let began = Instant::now();
    let compiled = loader.compiled_anew(&wasm).await?;
    let took = began.elapsed();
    let artefact = Artefact::trusted(&compiled.artefact)?;
    let shape = loader.sandbox().shape(artefact)?;
    let loaded = loader
        .sandbox()
        .load(artefact, compiled.digest, &grants)
        .await;
    let granted = loaded.is_ok();
    let mut capabilities: Vec<Capability> = shape
        .capabilities()
        .map(|interface| Capability {
            name: interface.to_owned(),
            granted,
            note: "the host goes out to the network for it".to_owned(),
        })
        .collect();
    let (description, reason) = match loaded {
        Ok(loaded) => {
            let description = Description::clone(loaded.description());
            capabilities.extend(settings(&description, loaded.granted_settings(), &grants));
            (Some(description), None)
        }
        Err(error) => (None, Some(error.to_string())),
    };
    Ok(Report {
        component: arguments.component.clone(),
        digest: compiled.digest.to_string(),
        size_bytes: wasm.len(),
        class: artefact.class().to_string(),
        compile_milliseconds: took.as_millis(),
        artefact_bytes: compiled.artefact.len(),
        contract: shape.contract,
        imports: shape.imports,
        exports: shape.exports,
        description,
        capabilities,
        loads: reason.is_none(),
        reason,
    })
}

fn settings(
    description: &Description,
    granted: &[String],
    grants: &Grants,
) -> impl Iterator<Item = Capability> {
    let provider = description.providers.first().cloned().unwrap_or_default();
    let bundled = *grants == Grants::All;
    description.setting_keys.iter().map(move |key| {
        let granted = granted.contains(key);
        let note = match (granted, bundled) {
            (true, true) => "it is bundled".to_owned(),
            (true, false) => "by --grant".to_owned(),
            (false, _) => format!("grant it by --grant {provider}=read:{key}"),
        };
        Capability {
            name: format!("read:{key}"),
            granted,
            note,
        }
    })
}

fn print(report: &Report) -> Result<()> {
    let mut table = output::Table::plain();
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    let list = |items: &[String]| match items {
        [] => "none".to_owned(),
        items => items.join(", "),
    };
    let compile_time =
        Duration::from_millis(u64::try_from(report.compile_milliseconds).unwrap_or(u64::MAX));
    row("component", report.component.clone());
    row("digest", report.digest.clone());
    row("size", format!("{} bytes", report.size_bytes));
    row("class", report.class.clone());
    row(
        "compiled",
        format!("in {compile_time:?} to {} bytes", report.artefact_bytes),
    );
    let contract = report.contract.as_deref();
    row(
        "contract",
        format!(
            "{}; this Bellpull takes {}",
            contract.unwrap_or("none: it is no provider"),
            CONTRACTS.join(", ")
        ),
    );
    row("imports", list(&report.imports));
    row("exports", list(&report.exports));
    if let Some(description) = &report.description {
        row("providers", list(&description.providers));
        row("version", description.version.clone());
        row("documentation", description.documentation.clone());
        row("events", list(&description.events));
        row("credential keys", list(&description.credential_keys));
        let schema = match description.config_schema.as_str() {
            "" => "takes none".to_owned(),
            schema => schema.to_owned(),
        };
        row("config", schema);
    }
    for Capability {
        name,
        granted,
        note,
    } in &report.capabilities
    {
        let granted = if *granted { "granted" } else { "not granted" };
        row("asks for", format!("{name}: {granted}, {note}"));
    }
    let served = match &report.reason {
        None => "yes".to_owned(),
        Some(reason) => format!("no: {reason}"),
    };
    row("would be served", served);
    Ok(table.print()?)
}
