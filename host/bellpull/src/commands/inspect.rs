use std::time::Duration;

use anyhow::Result;
use bellpull_core::Description;
use bellpull_engine::{Artefact, Class};
use bellpull_sandbox::{CONTRACTS, Grants};
use serde::Serialize;

use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{InspectArgs, LogLevel, TextFormat};

/// The facts about a component, as `-o json` prints them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    component: String,
    digest: String,
    size_bytes: usize,
    class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    class_reason: Option<String>,
    compile_milliseconds: u128,
    artefact_bytes: usize,
    contract: Option<String>,
    imports: Vec<String>,
    exports: Vec<String>,
    description: Option<Description>,
    capabilities: Vec<CapabilityRow>,
    loads: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A capability that a component asks for.
#[derive(Serialize)]
struct CapabilityRow {
    name: String,
    granted: bool,
    note: String,
}

pub(crate) fn run(arguments: &InspectArgs) -> Result<Exit> {
    let inspection = OfflineSetup::run(LogLevel::OFFLINE, inspect(arguments))?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&inspection)?)?,
        TextFormat::Text => print(&inspection)?,
    }
    Ok(if inspection.loads {
        Exit::Success
    } else {
        Exit::Failure
    })
}

async fn inspect(arguments: &InspectArgs) -> Result<Inspection> {
    let setup = OfflineSetup::new(&arguments.cache)?;
    let loader = setup.loader();
    let (wasm, grants) = loader
        .bytes(&arguments.component, &arguments.plugins)
        .await?;
    let compiled = loader.compiled_anew(&wasm).await?;
    let took = compiled.processor_time.unwrap_or_default();
    let (_, class_reason) = Class::with_reason(&wasm)?;
    let artefact = Artefact::trusted(&compiled.artefact)?;
    let shape = loader.sandbox().shape(artefact)?;
    let loaded = loader
        .sandbox()
        .load(artefact, compiled.digest, &grants)
        .await;
    let granted = loaded.is_ok();
    let mut capabilities: Vec<CapabilityRow> = shape
        .capabilities()
        .map(|interface| CapabilityRow {
            name: interface.to_owned(),
            granted,
            note: "the host reaches the network for it".to_owned(),
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
    Ok(Inspection {
        component: arguments.component.clone(),
        digest: compiled.digest.to_string(),
        size_bytes: wasm.len(),
        class: artefact.class().to_string(),
        class_reason,
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
) -> impl Iterator<Item = CapabilityRow> {
    let provider = description.providers.first().cloned().unwrap_or_default();
    let bundled = *grants == Grants::All;
    description.setting_keys.iter().map(move |key| {
        let granted = granted.contains(key);
        let note = match (granted, bundled) {
            (true, true) => "it is bundled".to_owned(),
            (true, false) => "by --grant".to_owned(),
            (false, _) => format!("grant it by --grant {provider}=read:{key}"),
        };
        CapabilityRow {
            name: format!("read:{key}"),
            granted,
            note,
        }
    })
}

fn print(inspection: &Inspection) -> Result<()> {
    let mut table = output::Table::plain();
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    let milliseconds = u64::try_from(inspection.compile_milliseconds).unwrap_or(u64::MAX);
    let compile_time = Duration::from_millis(milliseconds);
    row("component", inspection.component.clone());
    row("digest", inspection.digest.clone());
    row("size", format!("{} bytes", inspection.size_bytes));
    let class = match &inspection.class_reason {
        Some(reason) => format!("{}: {reason}", inspection.class),
        None => inspection.class.clone(),
    };
    row("class", class);
    row(
        "compiled",
        format!(
            "in {compile_time:?} of processor time to {} bytes",
            inspection.artefact_bytes
        ),
    );
    let contract = inspection.contract.as_deref();
    row(
        "contract",
        format!(
            "{}; this Bellpull takes {}",
            contract.unwrap_or("none: it is no provider"),
            CONTRACTS.join(", ")
        ),
    );
    row("imports", list(&inspection.imports));
    row("exports", list(&inspection.exports));
    if let Some(description) = &inspection.description {
        print_description(description, &mut table);
    }
    for CapabilityRow {
        name,
        granted,
        note,
    } in &inspection.capabilities
    {
        let granted = if *granted { "granted" } else { "not granted" };
        let value = format!("{name}: {granted}, {note}");
        table.row(["asks for".to_owned(), value]);
    }
    let served = match &inspection.reason {
        None => "yes".to_owned(),
        Some(reason) => format!("no: {reason}"),
    };
    table.row(["would be served".to_owned(), served]);
    Ok(table.print()?)
}

fn print_description(description: &Description, table: &mut output::Table) {
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
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

fn list(items: &[String]) -> String {
    match items {
        [] => "none".to_owned(),
        items => items.join(", "),
    }
}
